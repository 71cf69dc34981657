import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { programsOfTest } from '../e2e/programs.ts';
import type { RunningProgram } from '../e2e/running-program.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/takes.md'), 'utf8');
const main = join(root, 'dist/cli/main.js');

/** The fenced blocks of the worked example, in order. */
const blocks = Array.from(
  page.slice(0, page.indexOf('## Recording')).matchAll(/^```(\S+) (\S+)\n([\s\S]*?)^```$/gm),
  ([, language = '', name = '', code = '']) => ({ language, name, code }),
);

const { run } = programsOfTest();

/** What a shell line says, run in a folder with `antiphon` as the built program. */
async function shell(line: string, folder: string): Promise<string> {
  const script = `antiphon() { "${process.execPath}" "${main}" "$@"; }; node() { "${process.execPath}" "$@"; }; ${line}`;
  const child = spawn('sh', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

/** The commands of a block, each with the lines that it is said to print. */
function commandsIn(code: string): { readonly command: string; readonly printed: readonly string[] }[] {
  const commands: { command: string; printed: string[] }[] = [];
  for (const line of code.trimEnd().split('\n')) {
    if (line.startsWith('#')) commands.at(-1)?.printed.push(line.slice(1).trim());
    else commands.push({ command: line, printed: [] });
  }
  return commands;
}

describe('the page on testing an app', () => {
  it('shows the files that run here', () => {
    const text = readFileSync(join(root, 'docs/testing-your-app.md'), 'utf8');
    const shown = Array.from(text.matchAll(/^```(?:ts|py) (\S+)\n([\s\S]*?)^```$/gm), ([, file = '', code = '']) => ({
      file,
      code,
    }));
    expect(shown.map(({ file }) => file)).toEqual([
      'test/take/app/greeting.ts',
      'test/take/app/greeting.test.ts',
      'test/python/test_greeting.py',
    ]);
    for (const { file, code } of shown) expect(code).toBe(readFileSync(join(root, file), 'utf8'));
  });
});

describe('the worked example of takes', () => {
  it('does and prints what it says', async () => {
    const files = blocks
      .filter(({ language }) => language !== 'sh')
      .map(({ name, code }): [string, string] => [name, code]);
    const folder = folderWith(Object.fromEntries(files));
    let server: RunningProgram | null = null;
    let url = '';
    for (const { name, code } of blocks.filter(({ language }) => language === 'sh')) {
      if (name === 'serve') {
        server?.kill('SIGTERM');
        // The steps follow on each other.
        // oxlint-disable-next-line no-await-in-loop
        await server?.exited();
        const args = code.trim().replace('antiphon ', '').replace('8090', '0').split(' ');
        server = run(args, { folder });
        // oxlint-disable-next-line no-await-in-loop
        url = (await server.url()).replace('http', 'ws');
        continue;
      }
      for (const { command, printed } of commandsIn(code)) {
        if (command.startsWith('mv')) {
          // The take is whole once the server that has written it is gone.
          server?.kill('SIGTERM');
          // oxlint-disable-next-line no-await-in-loop
          await server?.exited();
        }
        // oxlint-disable-next-line no-await-in-loop
        const said = await shell(command.replace('ws://127.0.0.1:8090', url), folder);
        for (const line of printed) expect(said.replaceAll(/\s+/g, ' ')).toContain(line.replaceAll(/\s+/g, ' '));
        expect(printed.length === 0 ? said : '').toBe('');
      }
    }
    expect(server).not.toBeNull();
  });
});
