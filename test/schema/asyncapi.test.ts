import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/cli/published/schema-list.ts';
import {
  clientEventTypes,
  resumptionEventTypes,
  serverEventTypes,
  translationClientEventTypes,
  translationServerEventTypes,
} from '../../src/protocol/event-types.ts';

interface Reference {
  readonly $ref: string;
}

/** As much of an AsyncAPI document as the tests look at. */
interface Document {
  readonly channels: Readonly<
    Record<string, { readonly address: string; readonly messages: Record<string, Reference> }>
  >;
  readonly operations: Readonly<Record<string, { readonly action: string; readonly messages: readonly Reference[] }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, unknown>>;
  };
}

interface Message {
  readonly name: string;
  readonly summary?: string;
  readonly payload: Reference;
  readonly examples: readonly { readonly payload: unknown }[];
}

// What is published is JSON: seen as such here.
const document: Document = JSON.parse(JSON.stringify(publishedSchemas().get('asyncapi.json')));

/** What a reference of the document leads to. */
function resolved({ $ref }: Reference): unknown {
  return $ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      document,
    );
}

function typesOf(operation: string): string[] {
  const references = document.operations[operation]?.messages ?? [];
  return references.map((reference) => {
    const inChannel = resolved(reference) as Reference;
    return (resolved(inChannel) as Message).name;
  });
}

describe('asyncapi.json', () => {
  it('is a document as the official schema of AsyncAPI 3 wants it', () => {
    const path = new URL(import.meta.resolve('@asyncapi/specs/schemas/3.0.0.json'));
    const official: object = JSON.parse(readFileSync(path, 'utf8'));
    const ajv = new Ajv({ strict: false, meta: false, validateSchema: false });
    formats.default(ajv);
    const isDocument = ajv.compile(official);
    expect(isDocument(document) || isDocument.errors).toBe(true);
    expect(isDocument({ ...document, channels: { realtime: { adress: '/v1/realtime' } } })).toBe(false);
  });

  it.each([
    ['realtime.receive', 'receive', clientEventTypes],
    ['realtime.send', 'send', [...serverEventTypes, ...resumptionEventTypes]],
    ['translations.receive', 'receive', translationClientEventTypes],
    ['translations.send', 'send', translationServerEventTypes],
  ])('names every event of %s once', (operation, action, types) => {
    expect(document.operations[operation]?.action).toBe(action);
    expect(typesOf(operation).toSorted()).toEqual([...types].toSorted());
  });

  it('has the two paths that sockets are opened on', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
      '/v1/realtime',
      '/v1/realtime/translations',
    ]);
  });

  it('has no message that no channel carries', () => {
    const carried = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
    expect(Object.keys(document.components.messages).toSorted()).toEqual([...new Set(carried)].toSorted());
  });

  it.each(Object.entries(document.components.messages))(
    'says what %s is for, and shows one that is valid',
    (_, message) => {
      const ajv = new Ajv({ strict: false });
      const isPayload = ajv.compile({
        $ref: `#/components/schemas/${message.payload.$ref.split('/').at(-1)}`,
        components: document.components,
      });
      const [example] = message.examples;
      expect(message.summary).toMatch(/\.$/);
      expect(example?.payload).toMatchObject({ type: message.name });
      expect(isPayload(example?.payload) || isPayload.errors).toBe(true);
      expect(isPayload({ ...(example?.payload as object), type: 'stranger' })).toBe(false);
    },
  );
});
