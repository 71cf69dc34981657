import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/protocol/check/compile.ts';
import { schemaFileContent, schemaFiles } from '../../src/protocol/published/schema-files.ts';
import { mutationsOf } from './mutations.ts';
import { samplesOf } from './samples.ts';

describe.each(schemaFiles)('$name.json', (file) => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  const matches = ajv.compile(schemaFileContent(file, new Map()));
  const check = compile(file.schema, file.unknownKeys);
  const samples = samplesOf(file.schema);

  it('allows what the check allows', () => {
    const refused = samples.filter((sample) => check(sample) !== null || !matches(sample));
    expect(refused).toEqual([]);
  });
  it('agrees', () => {
    let n = 0, bad = 0;
    const dis: unknown[] = [];
    for (const s of samples) for (const m of mutationsOf(s)) { n += 1; const ok = check(m) === null; if (!ok) bad += 1; if (ok !== matches(m) && dis.length < 5) dis.push([ok, m]); }
    console.log(file.name, samples.length, n, bad, JSON.stringify(dis));
  });
});
