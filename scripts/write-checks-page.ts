import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksPage } from './checks-page.ts';

/** Writes `docs/checks.md` from the catalogue of checks and the mutants that prove them. */
writeFileSync(join(import.meta.dirname, '../docs/checks.md'), checksPage());
