import { describe, expect, it } from 'vitest';
import type { ModelSession, Paced, Spoken, Turn } from '../../engines/contract.ts';
import type { ServerEventMap } from '../../protocol/types.ts';
import { callMedia } from '../../testing/call-media.ts';
import { memoryPair } from '../../testing/index.ts';
import { loudVad } from '../../testing/loud-vad.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { defaultLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { openSession } from './session.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

const rate = 24_000;
/** So many milliseconds of sound, as a model says it. */
const sound = (ms: number, sampleRate = rate): Spoken => ({
  type: 'sound',
  samples: new Int16Array((ms * sampleRate) / 1000).fill(500),
  sampleRate,
});
const speech: readonly Paced<Spoken>[] = [{ type: 'text', text: 'one two three four five' }, sound(1000)];

function client() {
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  const closes: number[] = [];
  wire.open({
    frame: (text) => events.push(JSON.parse(text)),
    binary() {},
    drained() {},
    closed: ({ code }) => closes.push(code),
  });
  const send = (event: object): void => wire.send(JSON.stringify(event));
  return { server, wire, events, closes, send, types: () => events.map(({ type }) => type) };
}

/** A session of a call, whose model hears loud sound as speech. */
function call(answers: readonly (readonly Paced<Spoken>[])[] = [speech], rest: Partial<ModelSession> = {}) {
  const clock = virtualClock();
  const media = callMedia(clock);
  const own = client();
  const turns: Turn[] = [];
  const seen: string[] = [];
  let spokenMs = 0;
  let heardMs = 0;
  const model: ModelSession = {
    seed: 1,
    transcribesFirst: false,
    vad: loudVad,
    respond(turn) {
      turns.push(turn);
      return answers[Math.min(turns.length, answers.length) - 1] ?? [];
    },
    transcribe: () => [{ type: 'completed', transcript: 'heard' }],
    close() {},
    ...rest,
  };
  const session = openSession({
    wire: own.server,
    model: { open: () => model },
    modelName: 'test',
    clock,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
    media,
    watch: () => ({
      heard: (ms) => (heardMs += ms),
      spoke: (ms) => (spokenMs += ms),
      moment: ({ is }) => seen.push(is),
      closed() {},
    }),
  });
  return {
    ...own,
    clock,
    media,
    session,
    turns,
    seen,
    /** Lets the peer say something for so long. */
    hear(ms: number, level: number) {
      media.level = level;
      clock.advance(ms);
    },
    spokenMs: () => spokenMs,
    heardMs: () => heardMs,
    of: <Type extends ServerEvent['type']>(type: Type) =>
      own.events.filter((event): event is Extract<ServerEvent, { type: Type }> => event.type === type),
  };
}

const loud = 8000;
const create = { type: 'response.create' };
const idleAfter = (ms: number) => ({
  type: 'session.update',
  session: {
    type: 'realtime',
    audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: ms } } },
  },
});

describe('a session whose sound goes by a track', () => {
  it('plays what the model says and sends none of it, telling when it begins and when it has been heard', () => {
    const { send, types, clock, media } = call();
    send(create);
    expect(types()).not.toContain('response.output_audio.delta');
    const at = types().indexOf('output_audio_buffer.started');
    expect(types().slice(at, at + 2)).toEqual(['output_audio_buffer.started', 'response.output_audio.done']);
    expect(types().slice(-2)).toEqual(['response.done', 'rate_limits.updated']);
    clock.advance(980);
    expect(types().at(-1)).toBe('rate_limits.updated');
    clock.advance(20);
    expect(types().at(-1)).toBe('output_audio_buffer.stopped');
    expect(media.packets.filter(({ itemIds }) => itemIds.length > 0)).toHaveLength(50);
  });

  it('hears a turn on it, at the pace of its packets, and answers', () => {
    const { types, hear, turns, heardMs } = call();
    hear(600, loud);
    hear(400, 0);
    expect(types()).toEqual(
      expect.arrayContaining(['input_audio_buffer.speech_started', 'input_audio_buffer.committed', 'response.done']),
    );
    expect(turns[0]?.sound(turns[0].items[0]?.item.id ?? '')?.samples.length).toBeGreaterThan(600 * 24);
    expect(heardMs()).toBe(1000);
  });

  it('is silent within one packet when the user speaks; what was not heard leaves the item and what models read', () => {
    const { send, hear, media, clock, events, types, turns } = call([speech, []]);
    send(create);
    clock.advance(400);
    while (!types().includes('input_audio_buffer.speech_started')) hear(20, loud);
    const interruptedAt = clock.now();
    hear(1000, loud);
    const at = types().indexOf('input_audio_buffer.speech_started');
    expect(types().slice(at)).toEqual([
      'input_audio_buffer.speech_started',
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
    ]);
    const truncated = events.at(-1);
    if (truncated?.type !== 'conversation.item.truncated') throw new Error('It was truncated.');
    const packets = media.packets.filter(({ itemIds }) => itemIds.length > 0);
    expect(truncated.audio_end_ms).toBe(packets.length * 20);
    expect(packets.at(-1)?.at).toBe(interruptedAt);
    hear(400, 0);
    const [answer] = turns.at(-1)?.items ?? [];
    expect(answer?.item.id).toBe(truncated.item_id);
    expect(answer?.words).toMatch(/^one two( three)?$/);
    send({ type: 'conversation.item.retrieve', item_id: truncated.item_id });
    expect(events.at(-1)).toMatchObject({ item: { content: [{ type: 'output_audio' }] } });
    expect(JSON.stringify(events.at(-1))).not.toMatch(/transcript|"audio":/);
  });

  it('cancels the response that still speaks, after the sound', () => {
    const { send, hear, types, of } = call([[...speech, { type: 'wait', ms: 60_000 }, sound(100)]]);
    send(create);
    hear(400, loud);
    const at = types().indexOf('output_audio_buffer.cleared');
    expect(types().slice(at, at + 2)).toEqual(['output_audio_buffer.cleared', 'conversation.item.truncated']);
    expect(types().indexOf('response.done')).toBeGreaterThan(at);
    expect(of('response.done')[0]?.response).toMatchObject({ status: 'cancelled' });
  });

  it('clears what plays when a client asks for it, and has nothing to say where nothing plays', () => {
    const { send, clock, types, media, of } = call();
    send({ type: 'output_audio_buffer.clear' });
    expect(types()).toEqual(['session.created']);
    send(create);
    clock.advance(200);
    send({ type: 'output_audio_buffer.clear' });
    expect(types().slice(-2)).toEqual(['output_audio_buffer.cleared', 'conversation.item.truncated']);
    expect(of('conversation.item.truncated')[0]).toMatchObject({ audio_end_ms: 200 });
    const played = media.packets.length;
    clock.advance(1000);
    expect(media.packets.slice(played).every(({ itemIds }) => itemIds.length === 0)).toBe(true);
    expect(types().at(-1)).toBe('conversation.item.truncated');
  });

  it('plays all of a G.711 answer, and brings what it hears to the input format', () => {
    const { send, clock, types, hear, turns } = call([[sound(333, 16_000), sound(50, 48_000)], []]);
    const g711 = { format: { type: 'audio/pcmu' } };
    send({ type: 'session.update', session: { type: 'realtime', audio: { input: g711, output: g711 } } });
    send(create);
    clock.advance(400);
    expect(types().at(-1)).toBe('output_audio_buffer.stopped');
    hear(600, loud);
    hear(400, 0);
    const turn = turns.at(-1);
    expect(turn?.sound(turn.items.at(-1)?.item.id ?? '')?.sampleRate).toBe(8000);
  });

  it.each(['own', 'other'] as const)('refuses sound from the %s wire, and tells that one alone', (who) => {
    const { session, ...own } = call();
    const other = client();
    session.attach(other.server);
    const both = { own, other };
    both[who].send({ type: 'input_audio_buffer.append', audio: 'AAAA', event_id: 'mine' });
    expect(both[who].events.at(-1)).toMatchObject({
      error: { code: 'invalid_event_for_transport', param: 'type', event_id: 'mine' },
    });
    expect([...own.types(), ...other.types()].filter((type) => type === 'error')).toHaveLength(1);
  });

  it('tells a wire that joins all that its own is told, after a greeting', () => {
    const { session, send, clock, events } = call();
    send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    const before = events.length;
    const other = client();
    session.attach(other.server);
    expect(other.events).toMatchObject([{ type: 'session.created', session: { instructions: 'Be brief.' } }]);
    expect(events).toHaveLength(before);
    other.send(create);
    clock.advance(2000);
    expect(other.events.slice(1)).toEqual(events.slice(before));
    expect(other.types()).toEqual(expect.arrayContaining(['response.done', 'output_audio_buffer.stopped']));
  });

  it('makes the model wait while a minute of its sound waits to be heard, and lets it go on at half', () => {
    let said = 0;
    function* endless(): Generator<Spoken> {
      for (; said < 200; said++) yield sound(1000);
    }
    const { send, clock, types } = call([], { respond: endless });
    send(create);
    expect(said).toBe(60);
    clock.advance(30_000);
    expect(said).toBe(60);
    clock.advance(1_500);
    expect(said).toBeGreaterThan(85);
    // What is only read does not wait for it.
    send({ type: 'response.create', response: { conversation: 'none', output_modalities: ['text'] } });
    expect(types().filter((type) => type === 'response.done')).toHaveLength(1);
  });

  it('counts the idle timeout from the end of playback', () => {
    const { send, clock, types } = call([speech, []]);
    send(idleAfter(5000));
    send(create);
    clock.advance(5980);
    expect(types()).not.toContain('input_audio_buffer.timeout_triggered');
    clock.advance(20);
    expect(types()).toContain('input_audio_buffer.timeout_triggered');
  });

  it('lets watchers know of its sound as of any other', () => {
    const { send, clock, spokenMs, seen } = call();
    send(create);
    clock.advance(2000);
    expect(spokenMs()).toBe(1000);
    expect(seen).toContain('first_audio');
  });

  it('lets go of its sound when it ends', async () => {
    const { wire, media, session, clock } = call();
    wire.close(1000, '');
    await session.ended;
    expect(media.hasEnded).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  it('is heard to its end before a draining server closes it', () => {
    const { send, session, clock, closes, types } = call();
    send(create);
    session.drain();
    clock.advance(980);
    expect(closes).toEqual([]);
    clock.advance(20);
    expect(types().slice(-2)).toEqual(['output_audio_buffer.stopped', 'error']);
    expect(closes).toEqual([1001]);
  });
});
