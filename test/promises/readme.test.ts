import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config/read.ts';
import { serve } from '../clients/program.ts';

const readme = readFileSync('README.md', 'utf8');

/** The text of the first example of a kind, such as `js`. */
function example(kind: string): string {
  const [, text] = readme.split(`\`\`\`${kind}\n`);
  if (text === undefined) throw new Error(`The README has no example of the kind ${kind}.`);
  return text.slice(0, text.indexOf('```'));
}

/** What a module prints and how it ends, run with the WebSocket of the platform. */
function run(code: string): Promise<{ readonly said: string; readonly exitCode: number | null }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ said, exitCode })));
}

describe('the README', () => {
  it('shows a client that works as it stands', async () => {
    const program = await serve([]);
    const { said, exitCode } = await run(example('js').replaceAll('ws://127.0.0.1:8080', program.socketUrl));
    await program.stop();
    expect({ said, exitCode }).toEqual({ said: 'You said: Good morning\n', exitCode: 0 });
  });

  it('shows how to serve from a program', async () => {
    const { said, exitCode } = await run(example('ts'));
    expect(said).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(exitCode).toBe(0);
  });

  it('shows a configuration that can be read', () => {
    const environment = { ANTIPHON_KEY: 'sk-1', OPENAI_API_KEY: 'sk-2' };
    const { values } = readConfig(example('yaml antiphon.yaml'), 'antiphon.yaml', environment);
    expect(values).toMatchObject({ auth: { keys: ['sk-1'] }, limits: { sessions: 50 } });
  });

  it('lists every entry point of the package, and no other', () => {
    const manifest: { exports: Record<string, unknown> } = JSON.parse(readFileSync('package.json', 'utf8'));
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
    const [, table = ''] = readme.split('## Entry points\n');
    const listed = table.slice(0, table.indexOf('```')).matchAll(/^\| (`antiphon.*?) \|/gm);
    const names = [...listed].flatMap(([, cell = '']) => cell.split(', ')).map((name) => name.replaceAll('`', ''));
    expect(names.toSorted()).toEqual(entries.map((entry) => entry.replace('.', 'antiphon')).toSorted());
  });

  it('has no link to a file that is not there', () => {
    const links = [...readme.matchAll(/\]\(([^):#]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('is short', () => {
    expect(readme.split('\n').length).toBeLessThan(150);
  });
});
