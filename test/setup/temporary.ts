import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Told to whatever runs within the run. */
const marker = 'ANTIPHON_TEST_FOLDER';
let folder: string | null = null;

/**
 * Gives the run a folder of its own for what is temporary, in whatever process, so that nothing is left of it. One for all
 * projects, and for runs within it: in a folder of a folder the paths of Chromium's sockets would be too long.
 */
export function setup(): void {
  if (process.env[marker] !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'antiphon-tests-'));
  process.env[marker] = folder;
  process.env['TMPDIR'] = folder;
}

/** Browsers may still write while they end. */
export function teardown(): void {
  if (folder !== null) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
