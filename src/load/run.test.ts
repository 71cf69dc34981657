import { describe, expect, it } from 'vitest';
import { MemoryTake } from '../take/memory-take.ts';
import { base64 } from '../take/node/base64.ts';
import { TakeWriter } from '../take/writer.ts';
import { type VirtualClock, virtualClock } from '../testing/index.ts';
import { memoryPair } from '../wire/memory.ts';
import type { Wire } from '../wire/wire.ts';
import { findMax } from './find-max.ts';
import { outcomesOf, parseObjectives, percentileOf } from './objectives.ts';
import type { LoadPlan, Shape } from './plan.ts';
import { runLoad } from './run.ts';
import { frameMs, userSound } from './sound.ts';
import { type TakeScript, takeScript } from './take-script.ts';
import type { Tally } from './tally.ts';

const plan: LoadPlan = {
  sessions: 20,
  perSecond: 10,
  forMs: 60_000,
  shape: 'text',
  turnEveryMs: 8000,
  answerMs: 20_000,
};

/** Lets time pass wherever nothing else is left to do. */
async function through<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const state = { isOver: false };
  clock.advance(0);
  void promise.finally(() => void (state.isOver = true));
  for (let step = 0; !state.isOver; step++) {
    if (step > 100_000) throw new Error('This would never end.');
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5);
  }
  return promise;
}

interface Server {
  /** How long it takes to begin an answer, in milliseconds. */
  readonly delay: () => number;
  /** From the beginning to the end of an answer that is not spoken over, in milliseconds. Default 1000. */
  readonly answerMs?: number;
  /** When what is due at a moment is sent. Default: then. */
  readonly stalledUntil?: (at: number) => number;
  readonly answer?: (send: (event: object, afterMs: number) => void) => void;
  readonly greet?: (wire: Wire) => boolean;
  /** Told of what is no sound. */
  readonly told?: (frame: string) => void;
}

const { silence } = userSound();

/** A server in memory: it answers what is typed, and speech as soon as silence follows. */
function dialing(clock: VirtualClock, server: Server): () => Promise<Wire> {
  return async () => {
    const [client, wire] = memoryPair();
    const send = (event: object, afterMs: number): void => {
      const dueAt = clock.now() + afterMs;
      const at = server.stalledUntil?.(dueAt) ?? dueAt;
      clock.after(at - clock.now(), () => wire.send(JSON.stringify(event)));
    };
    const answer = (): void => {
      const delay = server.delay();
      send({ type: 'response.created', response: {} }, delay);
      if (server.answer === undefined) send({ type: 'response.output_text.delta', delta: 'Yes.' }, delay);
      else server.answer((event, afterMs) => send(event, delay + afterMs));
      doneBy = clock.after(delay + (server.answerMs ?? 1000), () => done('completed'));
    };
    const done = (status: string): void => {
      doneBy = null;
      send({ type: 'response.done', response: { status } }, status === 'completed' ? 0 : 60);
    };
    let doneBy: (() => void) | null = null;
    let isSpeaking = false;
    wire.open({
      frame(frame) {
        if (frame.startsWith('{"type":"response.create"')) answer();
        if (!frame.startsWith('{"type":"input_audio_buffer.append"')) return server.told?.(frame);
        if (!isSpeaking && frame !== silence) send({ type: 'input_audio_buffer.speech_started' }, 80);
        if (isSpeaking && frame === silence) {
          send({ type: 'input_audio_buffer.speech_stopped' }, 200);
          answer();
        }
        if (!isSpeaking && frame !== silence && doneBy !== null) {
          doneBy();
          done('cancelled');
        }
        isSpeaking = frame !== silence;
      },
      binary() {},
      drained() {},
      closed() {},
    });
    if (server.greet?.(wire) !== false) wire.send(JSON.stringify({ type: 'session.created' }));
    return client;
  };
}

function run(server: Server, more: Partial<LoadPlan> = {}, script?: TakeScript): Promise<Tally> {
  const clock = virtualClock();
  const dial = dialing(clock, server);
  return through(
    clock,
    runLoad({ plan: { ...plan, ...more }, clock, dial, ...(script === undefined ? {} : { script }) }),
  );
}

/** The same wire, whose peer takes its time to close. */
function closingLate(wire: Wire, clock: VirtualClock): Wire {
  return {
    pendingBytes: 0,
    open: (listener) =>
      wire.open({
        frame: (text) => listener.frame(text),
        binary: (bytes) => listener.binary(bytes),
        drained: () => listener.drained(),
        closed: (why) => void clock.after(2000, () => listener.closed(why)),
      }),
    send: (text) => wire.send(text),
    close: (code, reason) => wire.close(code, reason),
  };
}

/** The script of a take in which a user speaks, and then asks for another answer that is cut off. */
function recorded(): TakeScript {
  const memory = new MemoryTake();
  const told = { form: 'folder', at: 0, by: 'b', url: 'ws://h', transport: 'websocket', base64 } as const;
  const writer = new TakeWriter(told, memory);
  const server = (t: number, event: object): void => writer.frame(t, '<', JSON.stringify(event));
  const turn_detection = { type: 'server_vad', silence_duration_ms: 200 };
  server(0, { type: 'session.created', session: { audio: { input: { turn_detection } } } });
  const { speech } = userSound();
  const frames = [...speech, ...Array.from({ length: 10 }, () => silence)];
  for (const [index, frame] of frames.entries()) writer.frame((index + 1) * frameMs, '>', frame);
  const overAt = frames.length * frameMs;
  server(overAt, { type: 'input_audio_buffer.speech_stopped', audio_end_ms: speech.length * frameMs + 200 });
  server(overAt + 50, { type: 'response.created', response: {} });
  server(overAt + 1000, { type: 'response.done', response: { status: 'completed' } });
  server(overAt + 1001, { type: 'error', error: { code: 'as_recorded' } });
  writer.frame(overAt + 2000, '>', JSON.stringify({ type: 'response.create' }));
  server(overAt + 2100, { type: 'response.created', response: {} });
  server(overAt + 2200, { type: 'response.done', response: { status: 'cancelled' } });
  writer.closed(overAt + 3000, { by: 'client', code: 1000, reason: '' });
  return takeScript(memory.take('recorded', base64));
}

/** Delays that are 10, 20 … 1000 ms, each as often as the others. */
function knownDelays(): () => number {
  let count = 0;
  return () => (((count++ * 37) % 100) + 1) * 10;
}

describe('sessions under load', () => {
  it.each<Shape>(['text', 'voice'])('%s: tells a known distribution of delays to two hundredths', async (shape) => {
    const sessions = shape === 'voice' ? 10 : 40;
    const tally = await run({ delay: knownDelays() }, { shape, sessions, forMs: 80_000 });
    // This server hears that a voice has ended when the next frame comes.
    const late = shape === 'voice' ? frameMs : 0;
    for (const [percentile, ms] of [
      ['p50', 500],
      ['p95', 950],
      ['p99', 990],
    ] as const) {
      const told = percentileOf(tally, 'response_created', percentile) ?? 0;
      expect(Math.abs(told - late - ms)).toBeLessThanOrEqual(0.02 * ms);
    }
    expect([tally.answered, tally.failedShare]).toEqual([tally.begun, 0]);
    expect(tally.answered).toBeGreaterThanOrEqual(sessions * 9);
  });

  it('shows a server that stands still, to everyone who was to be answered meanwhile', async () => {
    const stalledUntil = (at: number): number => (at % 20_000 < 5000 ? at - (at % 20_000) + 5000 : at);
    const tally = await run({ delay: () => 100, stalledUntil }, { turnEveryMs: 1500, forMs: 120_000 });
    // A turn that had to wait for the one before is late by its own schedule.
    expect(percentileOf(tally, 'response_created', 'p50')).toBeGreaterThan(99);
    expect(percentileOf(tally, 'response_created', 'max')).toBeGreaterThan(4500);
    const late = 1 - shareBelow(tally, 1000);
    expect(late).toBeGreaterThan(0.15);
  });

  it('counts every millisecond that a player would have been silent in the middle of an answer', async () => {
    const second = 'A'.repeat(64_000);
    const answer: Server['answer'] = (send) => {
      send({ type: 'response.output_audio.delta', delta: second }, 0);
      send({ type: 'response.output_audio.delta', delta: second }, 500);
    };
    const tally = await run({ delay: () => 100, answer }, { sessions: 1 });
    expect(tally.playedMs).toBe(2000 * tally.answered);
    expect(tally.starvedMs).toBe(0);
    const slower: Server['answer'] = (send) => {
      send({ type: 'response.output_audio.delta', delta: 'A'.repeat(6400) }, 0);
      send({ type: 'response.output_audio.delta', delta: second }, 350);
    };
    const starved = await run({ delay: () => 100, answer: slower }, { sessions: 1 });
    expect(Math.round(starved.starvedMs)).toBe(250 * starved.answered);
    expect(Math.round(starved.starvedPerMinute ?? 0)).toBe(Math.round((250 / 1100) * 60_000));
  });

  it('speaks over answers in barge, and tells how long they go on', async () => {
    const answer: Server['answer'] = (send) =>
      send({ type: 'response.output_audio.delta', delta: 'A'.repeat(64_000) }, 0);
    const tally = await run({ delay: () => 100, answer, answerMs: 3000 }, { shape: 'barge', sessions: 2 });
    const interrupted = tally.latencies.get('interrupted');
    expect([interrupted?.percentile(0.5), interrupted?.max]).toEqual([60, 60].map((ms) => expect.closeTo(ms, 0)));
    // Every other turn speaks over the answer to the one before.
    expect([interrupted?.count, tally.answered, tally.failedShare]).toEqual([tally.begun / 2, tally.begun, 0]);
  });

  it('do what the client of a take did, from when it did it, and again while there is time', async () => {
    const script = recorded();
    expect([...script.turnEnds.keys()].map((frame) => frame.t)).toEqual([
      userSound().speech.length * frameMs,
      script.durationMs - 1000,
    ]);
    const answer: Server['answer'] = (send) => {
      send({ type: 'error', error: { code: 'as_recorded' } }, 10);
      send({ type: 'response.output_audio.delta', delta: 'A'.repeat(64_000) }, 150);
    };
    const tally = await run({ delay: () => 100, answer }, { shape: 'take', sessions: 3, forMs: 30_000 }, script);
    // Each error beyond the one that was recorded is one.
    expect([...tally.errors.keys(), ...tally.closes.keys()]).toEqual(['as_recorded']);
    expect(tally.answered).toBe(tally.begun);
    expect(tally.opened).toBeGreaterThan(3 * 3);
    const created = tally.latencies.get('response_created');
    // Time passes in steps of 5 ms here, and this server hears that a voice has ended when the next frame comes.
    expect([created?.percentile(0.25), created?.max]).toEqual([closeTo(100), closeTo(100 + frameMs)]);
    expect(tally.latencies.get('first_audio')?.percentile(0.25)).toEqual(closeTo(250));
    expect(tally.starvedMs).toBe(0);
  });

  it.each([4000, 4500, 5000, 5500])(
    'leave no turn of a take open that had no time to be answered, ended after %i ms',
    async (forMs) => {
      const clock = virtualClock();
      const answer: Server['answer'] = (send) => send({ type: 'error', error: { code: 'as_recorded' } }, 10);
      const dial = async (): Promise<Wire> =>
        closingLate(await dialing(clock, { delay: () => 30, answerMs: 60, answer })(), clock);
      const one = { ...plan, shape: 'take' as const, sessions: 2, forMs };
      const tally = await through(clock, runLoad({ plan: one, clock, dial, script: recorded() }));
      expect(tally.answered).toBe(tally.begun);
    },
  );

  it('plays a take no more often than it lasts, at a server that closes at once', async () => {
    const script = recorded();
    const greet = (wire: Wire): boolean => (wire.close(1013, ''), false);
    const tally = await run({ delay: () => 100, greet }, { shape: 'take', sessions: 1, forMs: 30_000 }, script);
    expect([[...tally.closes], [...tally.errors]]).toEqual([[['1013', Math.ceil(30_000 / script.durationMs)]], []]);
  });

  it('tells of a take whose answer never comes', async () => {
    const tally = await run({ delay: () => 1e9 }, { shape: 'take', sessions: 1, forMs: 60_000 }, recorded());
    expect(tally.errors.get('no_answer')).toBeGreaterThan(0);
    expect(tally.answered).toBe(0);
  });

  it('speaks over what is still heard, though it was sent long ago, and says how much of it that was', async () => {
    const answer: Server['answer'] = (send) =>
      send({ type: 'response.output_audio.delta', item_id: 'item_1', delta: 'A'.repeat(3 * 64_000) }, 0);
    const told: string[] = [];
    const tally = await run(
      { delay: () => 100, answer, answerMs: 300, told: (frame) => void told.push(frame) },
      { shape: 'barge', sessions: 1 },
    );
    expect([tally.answered, tally.failedShare]).toEqual([tally.begun, 0]);
    const interrupted = tally.latencies.get('interrupted');
    // Until this server hears that somebody speaks.
    expect([interrupted?.count, interrupted?.max]).toEqual([tally.begun / 2, expect.closeTo(80, 0)]);
    const truncations = told.map((frame): unknown => JSON.parse(frame));
    expect(truncations).toHaveLength(tally.begun / 2);
    for (const truncation of truncations) {
      expect(truncation).toMatchObject({
        type: 'conversation.item.truncate',
        item_id: 'item_1',
        content_index: 0,
        audio_end_ms: expect.toSatisfy((ms: number) => ms >= 1080 && ms <= 1080 + frameMs + 10),
      });
    }
  });

  it.each([1000, 1001, 1008, 1011, 1012, 1013, 4000])('counts a session that is closed with %i', async (code) => {
    const tally = await run({ delay: () => 100, greet: (wire) => (wire.close(code, ''), false) }, { sessions: 3 });
    expect([[...tally.closes], [...tally.errors], tally.opened]).toEqual([[[String(code), 3]], [], 0]);
    expect(tally.failedShare).toBe(1);
  });

  it('counts errors by code, answers that never come, and connections that are refused', async () => {
    const error = { type: 'error', error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } };
    const refusing = await run({ delay: () => 1e9, greet: (wire) => (wire.send(JSON.stringify(error)), true) });
    expect(refusing.errors.get('rate_limit_exceeded')).toBe(20);
    expect(refusing.errors.get('no_answer')).toBeGreaterThan(0);
    // Turns that no answer left room for are not forgotten.
    expect((refusing.errors.get('no_answer') ?? 0) + (refusing.errors.get('not_begun') ?? 0)).toBe(refusing.begun);
    const clock = virtualClock();
    const dial = (): Promise<Wire> => Promise.reject(new Error('Unexpected server response: 429'));
    const refused = await through(clock, runLoad({ plan: { ...plan, sessions: 2 }, clock, dial }));
    expect([...refused.errors]).toEqual([['http_429', 2]]);
  });

  it('opens sessions at the pace of the ramp, and keeps the last as long as it says', async () => {
    const clock = virtualClock();
    const opened: number[] = [];
    const from = clock.now();
    const dial = dialing(clock, { delay: () => 100 });
    const counted = (): Promise<Wire> => (opened.push(clock.now() - from), dial());
    await through(
      clock,
      runLoad({ plan: { ...plan, sessions: 5, perSecond: 2, shape: 'idle' }, clock, dial: counted }),
    );
    expect(opened).toEqual([0, 500, 1000, 1500, 2000]);
    expect(clock.now() - from).toBeGreaterThanOrEqual(62_000);
  });

  it('finds the 37 sessions of a server that has room for no more', async () => {
    const objectives = parseObjectives('errors<0.1%');
    const found = await findMax(
      async (sessions) => {
        let open = 0;
        const greet = (wire: Wire): boolean => ++open <= 37 || (wire.close(1013, ''), false);
        const tally = await run({ delay: () => 100, greet }, { sessions, forMs: 2000 });
        return outcomesOf(objectives, tally).every(({ isMet }) => isMet) ? 'holds' : 'fails';
      },
      { from: 1, most: 1000 },
    );
    expect(found).toEqual({ sessions: 37, beyond: 'fails' });
  });
});

function shareBelow(tally: Tally, ms: number): number {
  let share = 1;
  while (share > 0 && (tally.latencies.get('response_created')?.percentile(share) ?? 0) > ms) share -= 0.01;
  return share;
}

function closeTo(ms: number): unknown {
  return expect.toSatisfy((value: number) => Math.abs(value - ms) <= 6);
}
