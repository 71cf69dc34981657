import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as protocol from 'antiphon';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../examples/compile.ts';
import { constructors, features } from './features.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/migration.md'), 'utf8');

interface Row {
  readonly theirs: string;
  readonly here: string;
}

/** The tables of a kind, by name. */
function tablesOf(kind: 'features' | 'constructors'): ReadonlyMap<string, readonly Row[]> {
  const tables = page.matchAll(new RegExp(`<!-- ${kind}: (.+) -->\\n([\\s\\S]*?)<!-- /${kind} -->`, 'g'));
  return new Map([...tables].map(([, name = '', table = '']) => [name, rowsOf(table)]));
}

const tables = tablesOf('features');
const constructorTables = tablesOf('constructors');

function rowsOf(table: string): Row[] {
  const [, , ...lines] = table.trim().split('\n');
  return lines.map((line) => {
    const [, theirs = '', here = '', ...rest] = line.split(/(?<!\\)\|/);
    if (rest.length !== 1) throw new Error(`not two columns: ${line}`);
    return { theirs: theirs.trim(), here: here.trim() };
  });
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Names that a reader would look for: a whole piece of code, or the words of a call. */
function namesIn(text: string): string[] {
  return codeIn(text).flatMap((code) => [code, ...code.split(/[^\w.*:]+/)]);
}

describe('the page about coming from another client', () => {
  it.each(Object.keys(features))('names everything that %s offers', (name) => {
    const named = new Set((tables.get(name) ?? []).flatMap(({ theirs }) => namesIn(theirs)));
    expect(features[name]?.filter((feature) => !named.has(feature))).toEqual([]);
  });

  it('has an answer in every row: code, a plain no, or where to look', () => {
    const rows = [...tables.values()].flat();
    expect(rows.length).toBeGreaterThan(120);
    expect(rows.filter(({ here }) => codeIn(here).length === 0 && !/^no: \w|^plain objects|\]\(/.test(here))).toEqual(
      [],
    );
  });

  it.each(Object.keys(constructors))('names every constructor and builder, once and in order: %s', (name) => {
    expect(constructorTables.get(name)?.flatMap(({ theirs }) => codeIn(theirs))).toEqual(constructors[name]);
  });

  it('gives each constructor and builder the twin of its own name, which exists', () => {
    const rows = [...constructorTables.values()].flat();
    expect([...constructorTables.values()].map(({ length }) => length)).toEqual([10, 30, 22, 15]);
    for (const { theirs, here } of rows) {
      const [on = '', name = ''] = codeIn(theirs)[0]?.split('::') ?? [];
      expect([theirs, twinOf(on, name).filter((twin) => here.includes(twin))]).toEqual([theirs, twinOf(on, name)]);
    }
  });

  it('gives new names that exist for old ones that are gone', () => {
    const types: ReadonlySet<string> = new Set([...protocol.clientEventTypes, ...protocol.serverEventTypes]);
    const names = rowsOf(/^\| Beta \| Today \|\n[\s\S]*?\n\n/m.exec(page)?.[0] ?? '');
    const eventsIn = (text: string): string[] =>
      codeIn(text).filter((code) => /^(response|session|conversation|transcription_session)\.[\w.]+$/.test(code));
    const old = names.flatMap(({ theirs }) => eventsIn(theirs));
    // It is also a name of today, of an event that older clients were told.
    expect(old.filter((type) => types.has(type))).toEqual(['conversation.item.created']);
    const today = names.flatMap(({ here }) => eventsIn(here));
    expect(today.filter((type) => !types.has(type))).toEqual([]);
    expect([old.length, today.length]).toEqual([9, 10]);
  });

  it('shows only code that compiles', async () => {
    const code = [...tables.values(), ...constructorTables.values()].flat().flatMap(({ here }) => codeIn(here));
    expect(code.length).toBeGreaterThan(100);
    expect(problemsOf({ code: `${await surroundings()}\n${code.map(statement).join('\n')}\n` })).toBe('');
  });
});

/** What must stand in the column on the right for a function of the crates: nothing that the package does not have. */
function twinOf(on: string, name: string): readonly string[] {
  if (name === 'with_event_id') return ['withEventId('];
  if (name === 'builder') return [`new ${on}Builder(`];
  const holder: unknown = Reflect.get(protocol, on);
  if (name === 'new') return typeof holder === 'function' ? [`new ${on}(`] : [`no class ${on}`];
  const methods: unknown = typeof holder === 'function' ? holder.prototype : holder;
  const twin = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const isThere = typeof methods === 'object' && methods !== null && typeof Reflect.get(methods, twin) === 'function';
  return [isThere ? `.${twin}(` : `no method ${on}.${twin}`];
}

/** What the pieces of code may speak of. */
async function surroundings(): Promise<string> {
  const taken = new Set<string>();
  const imports = await Promise.all(
    ['antiphon/client', 'antiphon', 'antiphon/audio'].map(
      async (entry) => [entry, Object.keys(await import(entry))] as const,
    ),
  );
  const lines = imports.map(([entry, names]) => {
    const free = names.filter((name) => !taken.has(name) && name !== 'session');
    for (const name of free) taken.add(name);
    return `import { ${free.join(', ')} } from '${entry}';`;
  });
  return `${lines.join('\n')}
import type * as client from 'antiphon/client';
import type { Item, Response, ResponseUsage, SessionPayload } from 'antiphon/protocol/events';
declare const session: client.RealtimeSession;
declare const handle: client.ResponseHandle;
declare const view: client.View;
declare const event: client.AnyServerEvent;
declare const playhead: client.Playhead;
declare const driver: client.PlayheadDriver;
declare const speaker: client.PlayheadSpeaker;
declare const runner: client.ToolRunner;
declare const tools: client.Tool[];
declare const wire: client.Dial;
declare const item: Item;
declare const config: SessionPayload;
declare const response: Response;
declare const usage: ResponseUsage;
declare const ofResponse: ResponseEventBuilder;
declare const ofItem: ItemEventBuilder;
declare const ofContent: ContentEventBuilder;
declare const building: RealtimeResponseBuilder;
declare const url: string, key: string, model: string, id: string, itemId: string, callId: string, text: string, base64: string, speakerName: string;
declare const ms: number;
declare const bytes: Uint8Array;
declare const samples: Int16Array;
declare const floats: Float32Array;
declare const schema: client.JsonSchema;
declare const handler: (value: unknown) => void;
declare const fetchSecret: () => Promise<string>;`;
}

function statement(code: string): string {
  if (code.startsWith('antiphon')) return `await import('${code}');`;
  return /^(for await|const) /.test(code) ? `${code};` : `(${code});`;
}
