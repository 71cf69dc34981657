import { describe, expect, expectTypeOf, it } from 'vitest';
import * as browserAudio from '../../src/client/browser/index.ts';
import type {
  AnyServerEvent,
  ConnectOptions,
  RealtimeSession,
  ResponseHandle,
  UnknownServerEvent,
} from '../../src/client/index.ts';
import * as browser from '../../src/client/index.ts';
import * as node from '../../src/client/index-node.ts';
import * as runtime from '../../src/client/index-runtime.ts';
import * as nodeAudio from '../../src/client/node/index.ts';
import type { Item, Response, ServerEventMap } from '../../src/protocol/events/index.ts';

/** Never run: what counts is that it compiles. */
export function uses(session: RealtimeSession): void {
  session.on('response.done', (event) => {
    expectTypeOf(event).toEqualTypeOf<ServerEventMap['response.done']>();
  });
  session.once('error', ({ error }) => expectTypeOf(error.message).toBeString());
  session.on('vendor.thing', (event) => {
    expectTypeOf(event).toEqualTypeOf<UnknownServerEvent>();
    expectTypeOf(event['size']).toBeUnknown();
  });
  session.on('*', (event) => {
    expectTypeOf(event).toEqualTypeOf<AnyServerEvent>();
    if (event.type === 'response.output_text.delta') expectTypeOf(event.delta).toBeString();
    // @ts-expect-error: an event is of one type only.
    if (event.type === 'response.output_text.delta') expectTypeOf(event.response).toBeUnknown();
    const type: string = event.type;
    return type;
  });
  session.on('response.done', async () => {});
  // @ts-expect-error: a handler takes the event of its type.
  session.on('response.done', (event: ServerEventMap['error']) => event);

  session.send({ type: 'response.cancel' });
  session.send({ type: 'vendor.thing', size: 3 });
  // @ts-expect-error: an event has a type.
  session.send({ size: 3 });

  void session.update({ instructions: 'Be brief.' });
  void session.update({ type: 'transcription', include: ['item.input_audio_transcription.logprobs'] });
  // @ts-expect-error: no such setting.
  void session.update({ temperature: 1 });
  // @ts-expect-error: a modality has a name.
  void session.respond({ output_modalities: ['smell'] });
  // @ts-expect-error: there are three ways.
  session.respond({ whenBusy: 'queue' });
  // @ts-expect-error: an item has a type.
  void session.createItem({ role: 'user', content: [] });
}

export async function awaits(session: RealtimeSession, item: Item): Promise<void> {
  expectTypeOf(await session.next('session.updated')).toEqualTypeOf<ServerEventMap['session.updated']>();
  await session.next('response.done', { where: ({ response }) => response.status === 'completed' });
  expectTypeOf((await session.createItem(item)).item).toEqualTypeOf<Item>();
  expectTypeOf((await session.retrieveItem('a')).type).toEqualTypeOf<'conversation.item.retrieved'>();
  expectTypeOf((await session.truncate('a', 1)).audio_end_ms).toBeNumber();
  for await (const event of session) {
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        expectTypeOf(event.audio_start_ms).toBeNumber();
        break;
      case 'response.done':
        expectTypeOf(event.response).toEqualTypeOf<Response>();
        break;
      default:
        break;
    }
  }
}

export async function responds(handle: ResponseHandle): Promise<void> {
  for await (const piece of handle.text) expectTypeOf(piece).toBeString();
  for await (const chunk of handle.audio) expectTypeOf(chunk).toExtend<Uint8Array>();
  for await (const event of handle.events) expectTypeOf(event).toEqualTypeOf<AnyServerEvent>();
  expectTypeOf(await handle.done).toEqualTypeOf<Response>();
  expectTypeOf(handle.id).toEqualTypeOf<string | null>();
}

export const options: readonly ConnectOptions[] = [
  { url: 'ws://127.0.0.1:8080', model: 'echo' },
  { url: new URL('wss://voice.example/v1/realtime?model=a'), key: async () => 'ek_1', reconnect: false },
  { provider: 'openai', model: 'gpt-realtime', key: 'sk-1', organization: 'org' },
  { provider: 'azure', resource: 'mine', model: 'deployed', key: 'k', apiVersion: '2025-04-01-preview' },
  { wire: () => Promise.reject(new Error('none')), session: { type: 'realtime', tools: [] } },
  // @ts-expect-error: Azure needs a resource.
  { provider: 'azure', model: 'deployed' },
  // @ts-expect-error: an address or a provider, not both.
  { provider: 'openai', url: 'ws://h', model: 'm' },
  // @ts-expect-error: a session is of a type.
  { url: 'ws://h', session: { instructions: 'x' } },
];

describe('the entries of the client', () => {
  const without = (entry: object, audio: object) =>
    Object.keys(entry)
      .filter((name) => !(name in audio))
      .toSorted();

  it('hold the same names on every platform, but for its own sound', () => {
    const names = Object.keys(runtime).toSorted();
    expect(without(browser, browserAudio)).toEqual(names);
    expect(without(node, nodeAudio)).toEqual(names);
    expect(names).toContain('connect');
  });

  it('hold all of their platform’s sound', () => {
    expect(Object.keys(browser)).toEqual(expect.arrayContaining(Object.keys(browserAudio)));
    expect(Object.keys(node)).toEqual(expect.arrayContaining(Object.keys(nodeAudio)));
  });

  it('take the platform’s types as they are', () => {
    expectTypeOf(node.connect).toEqualTypeOf(browser.connect);
    expectTypeOf(runtime.startSession).toEqualTypeOf(browser.startSession);
  });
});
