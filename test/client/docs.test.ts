import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = ['conversation.md', 'playhead.md', 'client-tools.md'];

function examplesOf(page: string): readonly { readonly name: string; readonly code: string }[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return [...text.matchAll(/^```ts example (\S+)\n([\s\S]*?)^```$/gmu)].map(([, name = '', code = '']) => ({
    name,
    code,
  }));
}

describe('the pages about the conversation, the playhead and tools', () => {
  let folder = '';
  const examples = pages.flatMap(examplesOf);

  beforeAll(() => {
    folder = mkdtempSync(join(import.meta.dirname, '.example-'));
    for (const { name, code } of examples) {
      writeFileSync(join(folder, `${name}.ts`), code.replaceAll(`'antiphon/client'`, `'../../../src/client/index.ts'`));
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../tsconfig.test.json',
        compilerOptions: { composite: false, incremental: false, tsBuildInfoFile: null, rootDir: '../../..' },
        references: [],
        include: ['*.ts'],
      }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('show examples that compile', () => {
    expect(examples.length).toBeGreaterThanOrEqual(9);
    const tsc = join(root, 'node_modules/.bin/tsc');
    let problems = '';
    try {
      execFileSync(tsc, ['-p', folder, '--noEmit'], {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` },
      });
    } catch (error) {
      problems = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    }
    expect(problems).toBe('');
  });
});
