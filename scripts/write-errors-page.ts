import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsPage } from './errors-page/page.ts';

/** Writes `docs/errors.md` from the tables of errors in the sources. */
writeFileSync(join(import.meta.dirname, '../docs/errors.md'), errorsPage());
