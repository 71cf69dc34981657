import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | null = null;

/** Gives the run a folder of its own for what is temporary, in whatever process, so that nothing is left of it. */
export function setup(): void {
  if (folder !== null) return; // of another project of the same run
  folder = mkdtempSync(join(tmpdir(), 'antiphon-tests-'));
  process.env['TMPDIR'] = folder;
}

/** Browsers may still write while they end. */
export function teardown(): void {
  if (folder !== null) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
