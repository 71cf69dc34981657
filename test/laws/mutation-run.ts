import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation } from './mutation.ts';

const root = join(import.meta.dirname, '../..');
const copied = ['src', 'test/laws', 'test/mcp', 'package.json', 'vitest.config.ts'];

/** A copy of the sources, in which one bug at a time can be made and looked for. */
export interface Workbench {
  /** Makes the bug, looks for it where it should be noticed, and unmakes it; whether it was noticed. */
  tryOut(mutation: Mutation): Promise<boolean>;
  remove(): void;
}

/** Copies the sources to a folder of their own. */
export function openWorkbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-mutation-'));
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

  return {
    async tryOut(mutation) {
      const file = join(folder, 'src', mutation.file);
      const whole = readFileSync(file, 'utf8');
      const places = whole.split(mutation.find).length - 1;
      if (places !== 1) throw new Error(`${mutation.file} holds ${places} times: ${mutation.find}`);
      writeFileSync(
        file,
        whole.replace(mutation.find, () => mutation.replace),
      );
      try {
        return await isNoticed(folder, mutation.caughtBy);
      } finally {
        writeFileSync(file, whole);
      }
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Programs that a bug is looked for in, at most: on the core, then on a wire. */
const programs = ['4000', '400'];

function isNoticed(folder: string, caughtBy: Mutation['caughtBy']): Promise<boolean> {
  if ('law' in caughtBy) return fails(folder, 'test/laws/mutant.ts', caughtBy.law, ...programs);
  return fails(folder, join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'unit', caughtBy.tests);
}

/** Whether a program of Node's fails. */
function fails(cwd: string, ...args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { cwd, timeout: 110_000 }, (error) => resolve(error !== null));
  });
}
