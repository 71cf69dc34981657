import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/cli/published/schema-list.ts';

interface Schema {
  readonly $schema: string;
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly properties?: Readonly<Record<string, object>>;
  readonly $defs?: Readonly<Record<string, { readonly description?: string }>>;
}

// What is published is JSON: seen as such here.
const published: [string, Schema][] = JSON.parse(JSON.stringify([...publishedSchemas()]));
const schemas = published.filter(([name]) => name !== 'asyncapi.json' && name !== 'openapi.json');
/** What people write, with an editor that completes it. */
const byPeople = new Set(['scenario.json', 'config.json']);
const folder = mkdtempSync(join(tmpdir(), 'antiphon-schema-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('the folder of schemas', () => {
  it('holds what the entry point promises', () => {
    expect(published.map(([name]) => name).toSorted()).toEqual([
      'asyncapi.json',
      'call-accept.json',
      'call-refer.json',
      'call-reject.json',
      'client-secret-request.json',
      'client-secret-response.json',
      'client-secret-translation-request.json',
      'client-secret-translation-response.json',
      'config.json',
      'openapi.json',
      'realtime-client-event.json',
      'realtime-server-event.json',
      'scenario.json',
      'session.json',
      'take.json',
      'translation-client-event.json',
      'translation-server-event.json',
      'webhook-realtime-call-incoming.json',
    ]);
  });

  it('is written by the build, the same from compiled code as from the sources', () => {
    execFileSync(process.execPath, ['dist/cli/published/write-schemas.js', folder]);
    expect(readdirSync(folder).toSorted()).toEqual(published.map(([name]) => name).toSorted());
    for (const [name, content] of published) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(`${JSON.stringify(content, null, 2)}\n`);
    }
  });

  it('tells nobody of notes that only the project has', () => {
    expect(JSON.stringify(published)).not.toMatch(/§|behaviour /);
  });
});

describe.each(schemas)('%s', (name, schema) => {
  it('says what it is', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toBe(name);
    expect(schema.title).not.toBe('');
    expect(schema.description).toMatch(/\.$/);
  });

  it('is a valid schema that needs no other file', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false });
    expect(ajv.compile({ ...schema })).toBeTypeOf('function');
  });

  it('uses each of its definitions', () => {
    const text = JSON.stringify(schema);
    const unused = Object.keys(schema.$defs ?? {}).filter((definition) => !text.includes(`"#/$defs/${definition}"`));
    expect(unused).toEqual([]);
  });
});

describe.each(schemas.filter(([name]) => !byPeople.has(name)))('%s', (_, { $defs = {} }) => {
  it('says what each of its definitions is for', () => {
    expect(Object.entries($defs).filter(([, { description }]) => description === undefined)).toEqual([]);
  });
});

describe.each(schemas.filter(([name]) => byPeople.has(name)))('%s', (_, { properties = {} }) => {
  it('says what each key is for, so that editors can', () => {
    expect(Object.keys(properties)).not.toEqual([]);
    expect(
      Object.entries(properties).filter(([, key]) => !('description' in key || '$ref' in key || 'not' in key)),
    ).toEqual([]);
  });
});
