import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { start } from '../e2e/running-program.ts';
import { haproxyFolder } from './haproxy.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/deployment.md');

/** The code of the page, by the language that it is said to be in. */
const blocks = [...page.matchAll(/^```(.+)\n([^]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const environment = { ANTIPHON_KEY: 'sk-test', ANTIPHON_ADMIN_KEY: 'sk-admin' };

/** A folder in which the commands of the page can be run as they stand there. */
function place(): { folder: string; run: (command: string) => { status: number | null; stderr: string } } {
  const { folder } = haproxyFolder(1, ['http://127.0.0.1:1']);
  const made = mkdtempSync(join(tmpdir(), 'antiphon-deploy-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  mkdirSync(join(made, 'deploy'));
  writeFileSync(join(made, 'deploy/antiphon.yaml'), read('deploy/antiphon.yaml'));
  const config = read('deploy/haproxy.cfg').replace('/etc/haproxy/antiphon.pem', join(made, 'antiphon.pem'));
  writeFileSync(join(made, 'deploy/haproxy.cfg'), config);
  const pem = readFileSync(join(folder, 'antiphon.pem'), 'utf8');
  const at = pem.indexOf('-----BEGIN PRIVATE');
  writeFileSync(join(made, 'cert.pem'), pem.slice(0, at));
  writeFileSync(join(made, 'key.pem'), pem.slice(at));
  writeFileSync(
    join(made, 'antiphon'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/cli/main.js')}" "$@"\n`,
  );
  chmodSync(join(made, 'antiphon'), 0o755);
  const env = { ...process.env, ...environment, PATH: `${made}:${process.env['PATH']}` };
  return {
    folder: made,
    run: (command) => spawnSync('sh', ['-ec', command], { cwd: made, env, encoding: 'utf8' }),
  };
}

describe('docs/deployment.md', () => {
  it('has commands that run as they stand there', async () => {
    const { run } = place();
    const serving = blocks.find(({ language }) => language === 'sh run serve');
    const args = serving?.text.trim().split(' ').slice(1) ?? [];
    const program = start([...args, '--port', '0']);
    onTestFinished(() => program.kill('SIGKILL'));
    const url = await program.url();
    const commands = blocks.filter(({ language }) => language === 'sh run').map(({ text }) => text);
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const { status, stderr } = run(command.replace('http://127.0.0.1:8080', url));
      expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, status: 0, stderr: '' });
    }
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
  });

  it('says of every command that is not run that it was not', () => {
    const others = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
    const programs = new Set(others.map((line) => /^(?:\w+=\S+ )*(\S+)/.exec(line)?.[1]));
    expect([...programs].toSorted()).toEqual(['antiphon', 'docker', 'export', 'kubectl', 'npm', 'npx', 'systemctl']);
    const [, notRun = ''] = page.split('## What was not run');
    for (const program of ['docker', 'kubectl', 'systemctl', 'npm install --global']) expect(notRun).toContain(program);
  });
});

describe('deploy/', () => {
  it('gives containers variables that the server knows, and more time than it drains', () => {
    const known = new Set(read('docs/configuration.md').match(/ANTIPHON_\w+/g));
    const compose = parse(read('deploy/compose.yaml'), { merge: true });
    for (const name of ['a', 'b']) {
      const { environment: variables, stop_grace_period: grace } = compose.services[name];
      for (const variable of Object.keys(variables)) expect(known).toContain(variable);
      expect(Number.parseInt(grace, 10)).toBeGreaterThan(10);
      expect(variables.ANTIPHON_NODE_URL).toBe(`http://${name}:8080`);
    }
    const [pods, service] = read('deploy/kubernetes.yaml')
      .split(/^---$/m)
      .map((text) => parse(text));
    const { terminationGracePeriodSeconds, containers } = pods.spec.template.spec;
    const [container] = containers;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(10 + Number(container.lifecycle.preStop.exec.command[1]));
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(service.spec.selector).toEqual(pods.spec.template.metadata.labels);
    const named = container.env.map(({ name }: { name: string }) => name);
    for (const variable of named.filter((name: string) => name !== 'POD_IP')) expect(known).toContain(variable);
  });

  it('has systemd start what the server understands, and wait longer than it drains', () => {
    const unit = read('deploy/antiphon.service');
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10);
    const [, ...flags] =
      /^ExecStart=\S+ serve (.*)$/m
        .exec(unit)?.[1]
        ?.split(' ')
        .filter((word) => word.startsWith('--')) ?? [];
    for (const flag of ['--config', ...flags]) expect(read('docs/configuration.md')).toContain(`\`${flag} `);
  });
});
