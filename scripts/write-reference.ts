import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePages } from './reference/pages.ts';

/** Writes `docs/reference` from the built package: its declarations, its published schemas and its metrics. */
const folder = join(import.meta.dirname, '../docs/reference');
const pages = referencePages();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
