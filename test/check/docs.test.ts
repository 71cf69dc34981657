import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { programsOfTest } from '../e2e/programs.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/check.md'), 'utf8');
const { ended } = programsOfTest();

/** The blocks of the page that are marked so. */
function blocks(info: string): readonly string[] {
  return page.split('\n```').flatMap((block) => (block.startsWith(`${info}\n`) ? [block.slice(info.length + 1)] : []));
}

/** Words of a command line, with the quotes of a shell. */
function words(line: string): readonly string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? '');
}

describe('the page of antiphon check', () => {
  it('shows what its example comes to', async () => {
    // In the repository, so that it finds its packages.
    const file = join(import.meta.dirname, `example-${process.pid}.mjs`);
    writeFileSync(file, blocks('js server.js')[0] ?? '');
    const server = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let told = '';
      server.stdout.on('data', (text) => (told += text));
      const port = await until('the server of the example', () => /^(\d+)\n/.exec(told)?.[1]);
      const folder = folderWith({ 'known.yaml': blocks('yaml known.yaml')[0] ?? '' });
      const [first, second] = blocks('sh example').map((line) => words(line.replace('PORT', port)).slice(1));
      const failed = await ended(first ?? [], { folder });
      expect(failed.code).toBe(1);
      expect(failed.stdout.startsWith(blocks('text')[0] ?? '?')).toBe(true);
      expect((await ended(second ?? [], { folder })).code).toBe(0);
    } finally {
      server.kill();
      rmSync(file);
    }
  });
});
