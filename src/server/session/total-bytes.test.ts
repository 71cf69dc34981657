import { describe, expect, it } from 'vitest';
import type { Model, Spoken } from '../../engines/contract.ts';
import type { ServerEventMap } from '../../protocol/types.ts';
import { memoryPair } from '../../testing/index.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { defaultLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { openTranslation } from '../translation/session.ts';
import { HeldBytes, type OpenAccount } from './held-bytes.ts';
import { openSession } from './session.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

const deaf = { windowSamples: 480, probability: () => 0, reset: () => {} };

function modelThatSays(spoken: readonly Spoken[]): Model {
  return {
    open: () => ({
      seed: 1,
      transcribesFirst: false,
      vad: () => deaf,
      respond: () => spoken,
      transcribe: () => [],
      close: () => {},
    }),
  };
}

interface Opened {
  readonly events: ServerEvent[];
  send(event: object): ServerEvent | undefined;
  leave(): void;
}

function open(openAccount: OpenAccount, spoken: readonly Spoken[] = []): Opened {
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  wire.open({ frame: (text) => events.push(JSON.parse(text)), binary() {}, drained() {}, closed() {} });
  openSession({
    wire: server,
    model: modelThatSays(spoken),
    modelName: 'test',
    clock: virtualClock(),
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
    openAccount,
  });
  return {
    events,
    send(event) {
      wire.send(JSON.stringify(event));
      return events.at(-1);
    },
    leave: () => wire.close(1000, ''),
  };
}

const item = (text: string) => ({
  type: 'conversation.item.create',
  event_id: 'mine',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const append = (bytes: number) => ({
  type: 'input_audio_buffer.append',
  event_id: 'mine',
  audio: Buffer.alloc(bytes).toString('base64'),
});
const isFull = { type: 'error', error: { code: 'conversation_limit_reached', event_id: 'mine' } };

/** A bound that leaves next to nothing for the share of each session. */
const of = (bytes: number) => ({ bytes, sessions: bytes });

describe('the bound on what all sessions hold', () => {
  it('refuses what would add in any of them, takes the rest, and holds no more once one has left', () => {
    const held = new HeldBytes();
    const [greedy, modest] = [open(held.within(of(100_000))), open(held.within(of(100_000)))];
    greedy.send(item('x'.repeat(90_000)));
    expect(modest.send(item('x'.repeat(20_000)))).toMatchObject(isFull);
    expect(modest.send(append(20_000))).toMatchObject(isFull);
    expect(modest.send(item('hello'))).toMatchObject({ type: 'conversation.item.done' });
    expect(modest.send({ type: 'input_audio_buffer.clear' })).toMatchObject({ type: 'input_audio_buffer.cleared' });
    greedy.leave();
    expect(modest.send(item('x'.repeat(20_000)))).toMatchObject({ type: 'conversation.item.done' });
    modest.leave();
    expect(held.isFull(of(1))).toBe(false);
  });

  it('ends a response that would go on past it', () => {
    const held = new HeldBytes();
    const spoken = Array.from({ length: 100 }, () => ({ type: 'text', text: 'x'.repeat(1000) }) as const);
    const session = open(held.within(of(30_000)), spoken);
    session.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    const done = session.events.find(({ type }) => type === 'response.done');
    expect(done).toMatchObject({
      response: { status: 'failed', status_details: { error: { code: 'conversation_limit_reached' } } },
    });
    expect(session.send({ type: 'input_audio_buffer.clear' })).toMatchObject({ type: 'input_audio_buffer.cleared' });
  });

  it('takes older sound from items before it refuses anything', () => {
    const held = new HeldBytes();
    const session = open(held.within(of(150_000)));
    session.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    for (let turn = 0; turn < 10; turn += 1) {
      session.send(append(48_000));
      expect(session.send({ type: 'input_audio_buffer.commit' })).toMatchObject({ type: 'conversation.item.done' });
    }
  });

  it('holds for translation sessions, too', () => {
    const held = new HeldBytes();
    const [server, wire] = memoryPair();
    const events: ServerEvent[] = [];
    wire.open({ frame: (text) => events.push(JSON.parse(text)), binary() {}, drained() {}, closed() {} });
    openTranslation({
      wire: server,
      model: { ...modelThatSays([]).open(), translate: () => [] },
      modelName: 'test',
      clock: virtualClock(),
      limits: defaultLimits,
      log: silentLog,
      openAccount: held.within(of(50_000)),
    });
    wire.send(JSON.stringify({ ...append(60_000), type: 'session.input_audio_buffer.append' }));
    expect(events.at(-1)).toMatchObject(isFull);
    wire.close(1000, '');
    expect(held.isFull(of(1))).toBe(false);
  });
});
