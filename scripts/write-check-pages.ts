import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { verdicts } from '../test/check/suite.ts';
import { checkPages, exampleOf } from './check-pages.ts';

/** Writes a page for each rule, and their list, from the catalogue of checks, the mutants that prove them, and a run of all. */
const docs = join(import.meta.dirname, '../docs');
const examples = new Map<string, readonly string[]>();
await verdicts({ allowCostly: true, onResult: ({ id }, lines) => void examples.set(id, exampleOf(lines)) });
rmSync(join(docs, 'checks'), { recursive: true, force: true });
for (const [path, text] of checkPages(examples)) {
  mkdirSync(dirname(join(docs, path)), { recursive: true });
  writeFileSync(join(docs, path), text);
}
