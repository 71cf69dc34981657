import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const published = join(import.meta.dirname, '../../dist/schema/take.json');
const schema: object = JSON.parse(readFileSync(published, 'utf8'));
const isLine = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

/** Lines of a text that are none of a take, by the published schema. */
export function unfit(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return lines.filter((line) => isLine(JSON.parse(line)) !== true);
}

/** The same of the lines in a file. */
export function unfitLines(path: string): string[] {
  return unfit(readFileSync(path, 'utf8'));
}
