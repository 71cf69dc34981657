import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/testing/index.ts';
import { connect } from '../e2e/peer.ts';
import { echo, serve } from '../e2e/test-server.ts';
import { answeringUpstream, created } from './answering-upstream.ts';
import { overWebSocket } from './faulty-upstream.ts';

/** An upstream that is told when to work. */
async function moody() {
  const mood = { works: false };
  const { url, reached } = await overWebSocket((socket) => {
    if (mood.works) socket.send(created);
    else socket.close(1013);
  });
  return { url, reached, mood };
}

type Mood = Awaited<ReturnType<typeof moody>>;

async function relayTo(...all: readonly Pick<Mood, 'url'>[]) {
  const clock = virtualClock();
  const upstreams = all.map(({ url }, index) => ({ name: `u${index}`, url, priority: index + 1 }));
  const server = await serve({ models: { m: { relay: { upstreams } } }, clock });
  /** Opens a session; tells what it was told first. */
  const ask = async (): Promise<string> => {
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    const first = await Promise.race([peer.event('session.created'), peer.event('error')]);
    peer.socket.terminate();
    return first.type;
  };
  const ready = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  return { clock, ask, ready };
}

describe('an upstream that keeps failing', () => {
  it('is left alone for ten seconds, then tried by one session, then for twice as long', async () => {
    const bad = await moody();
    const { clock, ask } = await relayTo(bad, await answeringUpstream());
    for (let count = 0; count < 5; count++) expect(await ask()).toBe('session.created');
    expect(bad.reached()).toBe(3);
    clock.advance(10_000);
    for (let count = 0; count < 3; count++) expect(await ask()).toBe('session.created');
    expect(bad.reached()).toBe(4);
    clock.advance(10_000);
    await ask();
    expect(bad.reached()).toBe(4);
    clock.advance(10_000);
    bad.mood.works = true;
    for (let count = 0; count < 2; count++) expect(await ask()).toBe('session.created');
    expect(bad.reached()).toBe(6);
  });

  it('is tried all the same where there is no other, and found well by the first that comes', async () => {
    const only = await moody();
    const { ask, ready } = await relayTo(only);
    for (let count = 0; count < 4; count++) expect(await ask()).toBe('error');
    expect(only.reached()).toBe(4);
    expect(await ready()).toBe(503);
    only.mood.works = true;
    expect(await ask()).toBe('session.created');
    expect(await ready()).toBe(200);
  });

  it('is asked by one session at a time while it is out, and the others are turned away at once', async () => {
    const held: (() => void)[] = [];
    let fails = true;
    const only = await overWebSocket((socket) => {
      if (fails) socket.close(1013);
      else held.push(() => socket.send(created));
    });
    const { ask } = await relayTo(only);
    for (let count = 0; count < 3; count++) await ask();
    fails = false;
    const trial = ask();
    await expect.poll(() => held.length).toBe(1);
    expect([await ask(), await ask()]).toEqual(['error', 'error']);
    held[0]?.();
    expect(await trial).toBe('session.created');
    expect(only.reached()).toBe(4);
  });
});

describe('a server', () => {
  it('with a model of its own is ready, whatever its relays’ upstreams do', async () => {
    const bad = await moody();
    const relay = { upstreams: [{ url: bad.url }], health: { failures: 1 } };
    const server = await serve({ models: { m: { relay }, echo } });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    await peer.closed();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});
