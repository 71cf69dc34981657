import { describe, expect, it } from 'vitest';
import { virtualClock } from '../testing/virtual-clock.ts';
import { withinTime } from './within-time.ts';

const never = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A source that gives so many pieces at once and then hangs until it is stopped. */
function hanging(pieces: number) {
  const seen = { isStopped: false };
  const source = async function* (signal: AbortSignal): AsyncGenerator<number, void> {
    for (let piece = 0; piece < pieces; piece++) yield piece;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    seen.isStopped = true;
  };
  return { seen, source };
}

async function drawn(pieces: AsyncIterable<number>): Promise<unknown[]> {
  const all: unknown[] = [];
  try {
    for await (const piece of pieces) all.push(piece);
  } catch (cause) {
    all.push(cause);
  }
  return all;
}

const timeout = { name: 'EngineError', code: 'engine_timeout', message: 'The voice gave nothing for 10 s.' };

describe('withinTime', () => {
  it.each([0, 3])('stops a source that hangs after %i pieces, by name', async (count) => {
    const alarms = virtualClock();
    const { seen, source } = hanging(count);
    const all = drawn(withinTime(source, { signal: never, silenceMs: 10_000, alarms, who: 'The voice' }));
    await settled();
    alarms.advance(9_999);
    await settled();
    expect(seen.isStopped).toBe(false);
    alarms.advance(1);
    expect((await all).at(-1)).toMatchObject(timeout);
    expect(await all).toHaveLength(count + 1);
    expect(seen.isStopped).toBe(true);
    expect(alarms.waiting).toBe(0);
  });

  it('lets go of one that takes no notice of being stopped', async () => {
    const alarms = virtualClock();
    const deaf: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    const all = drawn(withinTime(() => deaf, { signal: never, silenceMs: 10_000, alarms, who: 'The voice' }));
    await settled();
    alarms.advance(10_000);
    expect(await all).toMatchObject([timeout]);
  });

  it('counts a wait only from where it shall', async () => {
    const alarms = virtualClock();
    let begin = (): void => {};
    const since = new Promise<void>((resolve) => (begin = resolve));
    const { source } = hanging(1);
    const all = drawn(withinTime(source, { signal: never, silenceMs: 10_000, alarms, who: 'The voice', since }));
    await settled();
    alarms.advance(1_000_000);
    expect(alarms.waiting).toBe(0);
    begin();
    await settled();
    alarms.advance(10_000);
    expect((await all).at(-1)).toMatchObject(timeout);
  });

  it('ends without an error where the reader wants no more', async () => {
    const alarms = virtualClock();
    const stop = new AbortController();
    const { seen, source } = hanging(1);
    const all = drawn(withinTime(source, { signal: stop.signal, silenceMs: 10_000, alarms, who: 'The voice' }));
    await settled();
    stop.abort();
    expect(await all).toEqual([0]);
    expect(seen.isStopped).toBe(true);
    expect(alarms.waiting).toBe(0);
  });

  it('lets the loop turn while a source gives its pieces at once and without end', async () => {
    const endless = async function* (): AsyncGenerator<number, void> {
      for (let piece = 0; ; piece++) yield piece;
    };
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    const pieces = withinTime(endless, { signal: stop.signal, silenceMs: 1, alarms: virtualClock(), who: 'It' });
    expect((await drawn(pieces)).length).toBeLessThan(1000);
  });
});
