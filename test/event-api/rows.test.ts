import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clientEventFromBeta, clientEventToBeta } from '../../src/protocol/beta/index.ts';
import {
  ClientEvent,
  ContentEventBuilder,
  clientEventTypes,
  ItemEventBuilder,
  ResponseEventBuilder,
  ServerEvent,
  serializeServerEvent,
  serverEventTypes,
  withEventId,
} from '../../src/protocol/events/index.ts';

/** One row of the list of constructors: a call, and the JSON that it must give. */
interface Row {
  readonly id: string;
  /** What the call is made on. */
  readonly on: string;
  /** The arguments of the builder it is made on. */
  readonly from?: readonly unknown[];
  /** The kind of client event that `with_event_id` is called with. */
  readonly variant?: string;
  /** The name in snake_case; ours is the same in camelCase. */
  readonly call: string;
  readonly args: readonly unknown[];
  /** Absent where the call makes a builder. */
  readonly wire?: { readonly type: string } & Readonly<Record<string, unknown>>;
  /** The row shows the older shape. */
  readonly beta?: true;
}

const rows: readonly Row[] = JSON.parse(readFileSync(new URL('./rows.json', import.meta.url), 'utf8'));
const events = rows.filter((row) => row.wire !== undefined);

const builders: Readonly<Record<string, new (...args: never[]) => object>> = {
  ResponseEventBuilder,
  ItemEventBuilder,
  ContentEventBuilder,
};

const greeting = {
  type: 'message' as const,
  role: 'user' as const,
  content: [{ type: 'input_text' as const, text: 'Hello' }],
};

/** The client events that the rows with `with_event_id` start from. */
const variants: Readonly<Record<string, ClientEvent>> = {
  SessionUpdate: ClientEvent.sessionUpdate({ type: 'realtime', output_modalities: ['text'] }),
  InputAudioBufferAppend: ClientEvent.appendAudio('AAAA'),
  InputAudioBufferClear: ClientEvent.clearAudio(),
  InputAudioBufferCommit: ClientEvent.commitAudio(),
  OutputAudioBufferClear: ClientEvent.clearOutputAudio(),
  ConversationItemCreate: ClientEvent.createItemAfter(greeting, 'item_0'),
  ConversationItemDelete: ClientEvent.deleteItem('item_1'),
  ConversationItemRetrieve: ClientEvent.retrieveItem('item_1'),
  ConversationItemTruncate: ClientEvent.truncateItem('item_1', 0, 1500),
  ResponseCreate: ClientEvent.createResponse(),
  ResponseCancel: ClientEvent.cancelResponse(),
};

function variantOf(row: Row): ClientEvent {
  const event = variants[row.variant ?? ''];
  if (event === undefined) throw new Error(`No client event for ${row.variant}`);
  return event;
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

function call(on: object, name: string, args: readonly unknown[]): object {
  const method: unknown = Reflect.get(on, camelCase(name));
  if (typeof method !== 'function') throw new Error(`There is no ${camelCase(name)}`);
  return Reflect.apply(method, on, args);
}

function construct(name: string, args: readonly unknown[]): object {
  const builder = builders[name];
  if (builder === undefined) throw new Error(`There is no ${name}`);
  return Reflect.construct(builder, args);
}

/** What the row's call gives in the package. */
function made(row: Row): object {
  if (row.variant !== undefined) return withEventId(variantOf(row), 'evt_9');
  if (row.from !== undefined) return call(construct(row.on, row.from), row.call, row.args);
  return call(row.on === 'ServerEvent' ? ServerEvent : ClientEvent, row.call, row.args);
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the list of rows is whole', () => {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
  const ids = rows.map((row) => row.id);

  it('has every number once, and a second row where options may be absent', () => {
    const second = ['S4b', 'S5b', 'S6b', 'S12b', 'S16b', 'S42b', 'C8b'];
    expect(ids.toSorted()).toEqual([...numbered('S', 52), ...numbered('C', 20), ...second].toSorted());
  });

  it('has as many functions of each kind as were counted', () => {
    const first = rows.filter((row) => /^S\d+$/.test(row.id));
    const count = (on: string) => first.filter((row) => row.on === on).length;
    expect([
      count('ServerEvent'),
      count('ResponseEventBuilder'),
      count('ItemEventBuilder'),
      count('ContentEventBuilder'),
    ]).toEqual([30, 5, 8, 9]);
    expect(first.filter((row) => row.wire !== undefined)).toHaveLength(47);
  });
});

describe('each row', () => {
  it.each(events.filter((row) => !row.beta))('$id $on.$call gives its JSON', (row) => {
    const event = made(row);
    expect(throughJson(event)).toStrictEqual(row.wire);
    expect(JSON.parse(serializeServerEvent({ type: '', ...event }))).toStrictEqual(row.wire);
  });

  it('S31, S36 and S44 make the builders, with the ids they hold', () => {
    expect(construct('ResponseEventBuilder', ['resp_1'])).toMatchObject({ responseId: 'resp_1' });
    expect(new ItemEventBuilder('resp_1', 'item_1', 0)).toMatchObject({
      responseId: 'resp_1',
      itemId: 'item_1',
      outputIndex: 0,
    });
    expect(new ContentEventBuilder('resp_1', 'item_1', 0, 0)).toMatchObject({
      responseId: 'resp_1',
      itemId: 'item_1',
      outputIndex: 0,
      contentIndex: 0,
    });
  });

  it('S32 and S37 give the same builders from their parents, which stay usable', () => {
    const response = new ResponseEventBuilder('resp_1');
    const item = response.forItem('item_1', 0);
    const content = item.forContent(0);
    expect(item).toStrictEqual(new ItemEventBuilder('resp_1', 'item_1', 0));
    expect(content).toStrictEqual(new ContentEventBuilder('resp_1', 'item_1', 0, 0));
    expect(response.forItem('item_2', 1).outputItemDone('evt_1', greeting)).toMatchObject({ output_index: 1 });
    expect(item.forContent(1).outputTextDelta('evt_1', 'Hello')).toMatchObject({ item_id: 'item_1', content_index: 1 });
  });
});

describe('each row in beta shape', () => {
  const ga: Readonly<Record<string, ClientEvent>> = {
    C1: ClientEvent.sessionUpdate({
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'Be brief.',
      audio: { output: { voice: 'alloy' } },
    }),
    C8b: ClientEvent.createResponse({ output_modalities: ['text'], conversation: 'none' }),
    C10: withEventId(ClientEvent.sessionUpdate({ type: 'realtime', output_modalities: ['text'] }), 'evt_9'),
  };

  it.each(rows.filter((row) => row.beta))('$id $on.$call becomes the GA event', (row) => {
    expect(clientEventFromBeta(row.wire ?? {})).toStrictEqual(ga[row.id]);
  });

  it.each(rows.filter((row) => row.beta))('$id $on.$call comes of the GA event, but for temperature', (row) => {
    const { temperature: _gone, ...session } = { temperature: null, ...Object(row.wire?.['session']) };
    const wire = row.wire?.['session'] === undefined ? row.wire : { ...row.wire, session };
    expect(clientEventToBeta({ ...ga[row.id] })).toStrictEqual(wire);
  });
});

describe('every type can be made', () => {
  const typesOf = (prefix: string) =>
    new Set(events.filter((row) => row.id.startsWith(prefix)).map((row) => row.wire?.type));

  it('of the 46 server events', () => {
    expect(serverEventTypes).toHaveLength(46);
    expect(typesOf('S')).toEqual(new Set(serverEventTypes));
  });

  it('of the 11 client events', () => {
    expect(clientEventTypes).toHaveLength(11);
    expect(typesOf('C')).toEqual(new Set(clientEventTypes));
    expect(new Set(Object.values(variants).map((event) => event.type))).toEqual(new Set(clientEventTypes));
  });
});

describe('the builders in use', () => {
  it('announce a session by its type', () => {
    const event = ServerEvent.sessionCreated('evt_1', { type: 'realtime', output_modalities: ['audio'] });
    expect(event.type).toBe('session.created');
    expect(JSON.stringify(event)).toContain('"type":"session.created"');
  });

  it('carry the ids of a response down to the content of an item', () => {
    const response = new ResponseEventBuilder('resp_1');
    const item = response.forItem('item_1', 0);
    const output = { type: 'function_call_output' as const, call_id: 'call_1', output: 'result' };
    expect([
      response.outputAudioBufferStarted('evt_1'),
      item.outputItemDone('evt_2', output),
      item.forContent(0).outputTextDelta('evt_3', 'Hello'),
    ]).toStrictEqual([
      { type: 'output_audio_buffer.started', event_id: 'evt_1', response_id: 'resp_1' },
      { type: 'response.output_item.done', event_id: 'evt_2', response_id: 'resp_1', output_index: 0, item: output },
      {
        type: 'response.output_text.delta',
        event_id: 'evt_3',
        response_id: 'resp_1',
        item_id: 'item_1',
        output_index: 0,
        content_index: 0,
        delta: 'Hello',
      },
    ]);
  });

  it('stream many deltas from one builder', () => {
    const content = new ContentEventBuilder('resp_1', 'item_1', 0, 0);
    const deltas = ['Hello', ' ', 'world'].map((delta, index) => content.outputTextDelta(`evt_${index}`, delta));
    expect(deltas.map(({ type, event_id, delta }) => [type, event_id, delta])).toEqual([
      ['response.output_text.delta', 'evt_0', 'Hello'],
      ['response.output_text.delta', 'evt_1', ' '],
      ['response.output_text.delta', 'evt_2', 'world'],
    ]);
  });

  it('give a client event another id as often as wanted, and leave the first as it is', () => {
    const event = ClientEvent.cancelResponse('resp_1');
    expect(withEventId(withEventId(event, 'evt_1'), 'evt_2')).toStrictEqual({
      type: 'response.cancel',
      response_id: 'resp_1',
      event_id: 'evt_2',
    });
    expect(event).toStrictEqual({ type: 'response.cancel', response_id: 'resp_1' });
  });
});
