import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Sender } from '../../src/protocol/check/check.ts';
import { compile } from '../../src/protocol/check/compile.ts';
import { type SchemaFile, schemaFileContent, schemaFiles } from '../../src/protocol/published/schema-files.ts';
import { eachNth } from '../setup/scale.ts';
import { mutationsOf } from './mutations.ts';
import { samplesOf } from './samples.ts';

const files = new Map(schemaFiles.map((file) => [file.name, file]));

/** What a validator of JSON Schema makes of the published file. */
function validator(file: SchemaFile): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  return ajv.compile(schemaFileContent(file, new Map()));
}

/** Files that people write are not checked by the wire. */
function senderOf({ name, from }: SchemaFile): Sender {
  if (from === 'person') throw new TypeError(`Nothing on the wire is like ${name}.`);
  return from;
}

const mutated = ({ schema }: SchemaFile): readonly unknown[] => [...mutationsOf(samplesOf(schema))];

/** Up to three of these values, of which one side only thinks well. */
function disagreements(file: SchemaFile, values: readonly unknown[], sender: Sender = senderOf(file)): unknown[] {
  const isValid = validator(file);
  const check = compile(file.schema, sender);
  const found: unknown[] = [];
  for (const value of values) {
    if (isValid(value) !== (check(value, []) === null)) found.push(value);
    if (found.length === 3) break;
  }
  return found;
}

describe.each([...files])('%s.json', (_, file) => {
  it('allows whatever the parser allows', () => {
    const isValid = validator(file);
    const check = compile(file.schema, senderOf(file));
    const samples = samplesOf(file.schema);
    expect(samples.length).toBeGreaterThan(2);
    expect(samples.filter((sample) => check(sample, []) !== null || !isValid(sample))).toEqual([]);
  });

  it('refuses whatever the parser refuses', () => {
    expect(disagreements(file, eachNth(mutated(file), 2))).toEqual([]);
  });
});

describe('the comparison', () => {
  it('notices a schema that lets unknown keys pass where the parser does not', () => {
    const file = files.get('call-refer');
    expect(file && disagreements(file, mutated(file), 'server')).toContainEqual({ target_uri: 'text', stranger: 1 });
  });
});
