import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/client/index.ts';
import { runTools, tool } from '../../src/client/index.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { bareServer, created } from './bare-server.ts';
import { began, called, ended, fakeSession } from './fake-session.ts';
import { codeOf, pass, settle } from './memory-server.ts';

const day = 86_400_000;

/** A clock whose timers are those of a platform: what is set for too long, or for no time at all, is over at once. */
function platformClock(): Clock & VirtualClock {
  const clock = virtualClock();
  return Object.defineProperties(Object.create(null), {
    ...Object.getOwnPropertyDescriptors(clock),
    after: { value: (ms: number, run: () => void) => clock.after(ms > 2 ** 31 - 1 || !(ms > 0) ? 1 : ms, run) },
  });
}

/** Has the session say when it ends, and gives how many connections were made in ten minutes. */
async function connectionsOf(endOf: (nowSeconds: number) => unknown): Promise<number> {
  const clock = platformClock();
  const server = bareServer({ greets: false });
  let made = 0;
  const wire = async () => {
    const end = await server.dial();
    made += 1;
    const expires_at = endOf(clock.now() / 1000);
    server.say({ ...created, session: { ...created.session, expires_at } });
    return end;
  };
  const session = await server.connect({ wire, clock, onHandlerError: () => {} });
  await pass(clock, 600_000, 500);
  session.close();
  return made;
}

describe('when a session ends', () => {
  it.each([
    ['in a thousand years', (now: number) => now + 1_000 * 365 * 86_400],
    ['in an hour, said in milliseconds', (now: number) => (now + 3_600) * 1000],
    ['after all numbers', () => 1e300],
    ['before it began', () => -5],
    ['at no time', () => 'soon'],
    ['now', (now: number) => now],
  ])('%s, no other connection is made before', async (_name, endOf) => {
    expect(await connectionsOf(endOf)).toBe(1);
  });

  it('in a moment, and again in a moment, the next one is not made over and over', async () => {
    expect(await connectionsOf((now) => now + 0.01)).toBeLessThanOrEqual(61);
  });

  it('said in milliseconds, it is renewed before', async () => {
    // Each session has ten minutes, and hands over after five.
    expect(await connectionsOf((now) => (now + 600) * 1000)).toBe(3);
  });
});

describe('a limit of time', () => {
  it.each([Number.POSITIVE_INFINITY, 30 * day, Number.MAX_VALUE])('of %d ms is not over at once', async (timeoutMs) => {
    const clock = platformClock();
    const server = bareServer({ greets: false });
    const session = server.start({ clock, timeoutMs, requestTimeoutMs: timeoutMs, turnMs: timeoutMs });
    const outcomes: string[] = [];
    const watch = (name: string, promise: Promise<unknown>) =>
      void codeOf(promise).then((code) => outcomes.push(`${name}: ${code}`));
    watch('ready', session.ready);
    await pass(clock, 1_000);
    server.say(created);
    await settle();
    watch('next', session.next('vendor.event', { timeoutMs }));
    watch('update', session.update({}, { timeoutMs }));
    watch('respond', session.respond({ timeoutMs }).done);
    await pass(clock, 20 * day, day);
    expect(outcomes).toEqual(['ready: resolved']);
    await pass(clock, 10 * day, day);
    const late = timeoutMs === 30 * day ? ['next: timeout', 'respond: timeout', 'update: timeout'] : [];
    expect(outcomes.toSorted()).toEqual([...late, 'ready: resolved'].toSorted());
    session.close();
  });

  it.each([0, -1])('of %d ms is over at once', async (timeoutMs) => {
    const server = bareServer();
    const session = await server.connect();
    const waits = codeOf(session.next('vendor.event', { timeoutMs }));
    server.clock.advance(1);
    expect(await waits).toBe('timeout');
  });

  it.each([Number.NaN, '5000', null])('that is no number is refused: %s', async (wrong) => {
    const server = bareServer();
    const session = await server.connect();
    const options = { timeoutMs: wrong as number };
    expect(await codeOf(session.next('vendor.event', options))).toBe('invalid_options');
    expect(() => session.respond(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    for (const name of ['timeoutMs', 'requestTimeoutMs', 'turnMs', 'maxQueuedEvents']) {
      expect(await codeOf(server.connect({ [name]: wrong }))).toBe('invalid_options');
    }
    expect(await codeOf(server.connect({ reconnect: { renewBeforeMs: wrong } }))).toBe('invalid_options');
  });

  it('of a tool may be a month', async () => {
    const clock = platformClock();
    const fake = fakeSession();
    const run = () => new Promise(() => {});
    runTools(fake.session, [tool({ name: 'slow', timeoutMs: 30 * day, run })], { register: false, clock });
    await fake.tell(began(), called('c', 'slow'), ended());
    await pass(clock, 29 * day, day);
    expect(fake.outputs()).toEqual([]);
    await pass(clock, 2 * day, day);
    expect(fake.outputs()).toEqual([expect.stringContaining('took longer')]);
  });
});
