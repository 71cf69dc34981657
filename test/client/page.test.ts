import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type RunningServer } from '../../src/server/index.ts';
import { echo } from '../e2e/test-server.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/client.md'), 'utf8');
const examples = [...page.matchAll(/^```ts example (\S+)\n([\s\S]*?)^```$/gmu)].map(([, name = '', code = '']) => ({
  name,
  code,
}));
const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`;

describe('the page about the client', () => {
  let folder = '';
  let server: RunningServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(import.meta.dirname, '.example-'));
    server = await listen({ port: 0, models: { echo } });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });

  /** The examples as files; what they import is `from`. */
  function write(from: string): void {
    for (const { name, code } of examples) {
      const ready = code.replaceAll(`'antiphon/client'`, `'${from}'`).replaceAll('http://127.0.0.1:8080', server.url);
      writeFileSync(join(folder, `${name}.ts`), ready);
    }
  }

  it('shows examples that compile', () => {
    write('../../../src/client/index-node.ts');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../tsconfig.test.json',
        compilerOptions: { composite: false, incremental: false, tsBuildInfoFile: null, rootDir: '../../..' },
        references: [],
        include: ['*.ts'],
      }),
    );
    let problems = '';
    try {
      execFileSync('tsc', ['-p', folder, '--noEmit'], { encoding: 'utf8', env: { ...process.env, PATH: path } });
    } catch (error) {
      problems = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    }
    expect([examples.map(({ name }) => name), problems]).toEqual([
      ['first', 'endpoints', 'call', 'events', 'responses', 'connection'],
      '',
    ]);
  });

  it('begins with an example that runs, from the built package', async () => {
    write('antiphon/client');
    const { exec } = await import('node:child_process');
    const output = await new Promise<string>((resolve, reject) => {
      exec(`${process.execPath} ${join(folder, 'first.ts')}`, (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      );
    });
    const lines = output.trim().split('\n');
    expect(lines.slice(0, -1).join('')).toBe('You said: hello');
    expect(lines.at(-1)).toBe('completed');
  });
});
