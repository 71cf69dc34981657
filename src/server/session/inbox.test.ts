import { describe, expect, it } from 'vitest';
import { turningLoop } from '../../testing/turning-loop.ts';
import { type MemoryWire, memoryPair } from '../../wire/memory.ts';
import type { WireClosed } from '../../wire/wire.ts';
import { Inbox, longFrame } from './inbox.ts';

/** An inbox on a loop that turns when it is told to, each of whose frames is a millisecond of work. */
function opened({ unreadBytes = 1_000_000, answer = '', loop = turningLoop(), told = [] as string[] } = {}) {
  const [server, client] = memoryPair();
  const { turns, work, turn } = loop;
  const pauses: string[] = [];
  let backlog: number | null = null;
  const inbox = new Inbox(pausable(server, pauses), { turns, unreadBytes, backlog: () => backlog });
  const closes: WireClosed[] = [];
  inbox.open({
    frame(text) {
      work(text.length > longFrame ? 20 : 1);
      told.push(text);
      if (answer !== '') server.send(answer);
    },
    binary: (bytes) => void told.push(`binary ${bytes}`),
    drained: () => void told.push('drained'),
    closed: (why) => void closes.push(why),
  });
  client.open({ frame: () => {}, binary: () => {}, drained: () => {}, closed: () => {} });
  return {
    client,
    told,
    closes,
    pauses,
    /** The session has work to do, and has done so much of it; null where it has none. */
    works(done: number | null): void {
      backlog = done;
      inbox.goOn();
    },
    turn,
  };
}

/** The memory wire as one that can be paused: what is under way still arrives, as it does from a socket. */
function pausable(wire: MemoryWire, pauses: string[]) {
  return Object.assign(wire, { pause: () => void pauses.push('pause'), resume: () => void pauses.push('resume') });
}

const long = 'x'.repeat(longFrame + 1);

const frames = (count: number): string[] => Array.from({ length: count }, (_, nth) => `frame ${nth}`);

describe('an inbox', () => {
  it('tells frames at once while its turn lasts, and never pauses an honest peer', () => {
    const { client, told, pauses, turn } = opened();
    for (const text of frames(3)) client.send(text);
    expect(told).toEqual(frames(3));
    turn();
    for (const text of frames(3)) client.send(text);
    expect(told).toHaveLength(6);
    expect(pauses).toEqual([]);
  });

  it('tells the rest of a flood in later turns, in order, and reads no more meanwhile', () => {
    const { client, told, pauses, turn } = opened();
    for (const text of frames(10)) client.send(text);
    expect(told).toEqual(frames(4));
    expect(pauses).toEqual(['pause']);
    turn();
    expect(told).toEqual(frames(8));
    turn();
    expect(told).toEqual(frames(10));
    expect(pauses).toEqual(['pause', 'resume']);
  });

  it('tells a long frame in a turn of its own, and what follows it after it', () => {
    const { client, told, pauses, turn } = opened();
    client.send('first');
    client.send(long);
    client.send('last');
    expect(told).toEqual(['first']);
    expect(pauses).toEqual(['pause']);
    while (told.length < 3) turn();
    expect(told).toEqual(['first', long, 'last']);
    expect(pauses).toEqual(['pause', 'resume']);
  });

  it('has a long frame wait for what others have sent since the last one, whoever sent that, and no longer', () => {
    const loop = turningLoop();
    const told: string[] = [];
    const [one, two, honest] = [opened({ loop, told }), opened({ loop, told }), opened({ loop, told })];
    one.client.send(`1 ${long}`);
    two.client.send(`2 ${long}`);
    one.client.send(`3 ${long}`);
    for (let nth = 0; told.length < 3 * 21; nth += 1) {
      honest.client.send(`frame ${nth}`);
      loop.turn();
    }
    const longs = told.flatMap((text, index) => (text.length > longFrame ? [{ who: text.at(0), index }] : []));
    expect(longs.map(({ who }) => who)).toEqual(['1', '2', '3']);
    const between = longs.map(({ index }, nth) => index - (longs[nth - 1]?.index ?? -1) - 1);
    // As many of a millisecond as the long one took, and what is left of a turn.
    for (const count of between.slice(1)) expect([20, 21, 22, 23, 24]).toContain(count);
  });

  it('has a long frame wait its turn behind the short ones before it, too', () => {
    const loop = turningLoop();
    const told: string[] = [];
    const [one, two] = [opened({ loop, told }), opened({ loop, told })];
    two.client.send(`2 ${long}`);
    for (const text of [...frames(6), `1 ${long}`]) one.client.send(text);
    loop.settle();
    expect(told.map((text) => text.slice(0, 7))).toEqual([...frames(6), '2 xxxxx', '1 xxxxx']);
  });

  it('takes nothing more from a peer that does not read its answers, until it has', () => {
    const { client, told, turn } = opened({ unreadBytes: 100, answer: 'x'.repeat(60) });
    client.hold();
    for (const text of frames(4)) client.send(text);
    for (let turns = 0; turns < 5; turns++) turn();
    expect(told).toEqual(frames(2));
    client.release();
    turn();
    expect(told.filter((text) => text !== 'drained')).toEqual(frames(4));
  });

  it('tells of the close at once, and of nothing after it', () => {
    const { client, told, closes, turn } = opened();
    for (const text of frames(10)) client.send(text);
    client.close(1000, 'bye');
    expect(closes).toEqual([{ code: 1000, reason: 'bye' }]);
    turn();
    expect(told).toEqual(frames(4));
  });

  it('keeps the order of binary frames among text', () => {
    const { client, told, turn } = opened();
    for (const text of frames(4)) client.send(text);
    client.sendBinary(5);
    client.send('last');
    turn();
    expect(told).toEqual([...frames(4), 'binary 5', 'last']);
  });

  it('keeps frames back while the session has work to do from earlier ones, and tells them once that is done', () => {
    const { client, told, works, turn } = opened();
    works(0);
    for (const text of frames(3)) client.send(text);
    works(100);
    turn();
    expect(told).toEqual([]);
    works(null);
    turn();
    expect(told).toEqual(frames(3));
  });

  it('keeps frames back for no more work than that, though it never ends', () => {
    const { client, told, works, turn } = opened();
    works(10);
    for (const text of frames(2)) client.send(text);
    works(10 + 4095);
    turn();
    expect(told).toEqual([]);
    works(10 + 4096);
    turn();
    expect(told).toEqual(frames(2));
  });

  it('counts that work on through moments without any, in which no turn comes', () => {
    const { client, told, works, turn } = opened();
    works(10);
    for (const text of frames(2)) client.send(text);
    for (let done = 20; done < 10 + 4096; done += 10) {
      works(null);
      works(done);
      turn();
    }
    expect(told).toEqual([]);
    works(10 + 4096);
    turn();
    expect(told).toEqual(frames(2));
  });

  it('keeps frames back anew once all was done', () => {
    const { client, told, works, turn } = opened();
    works(10);
    client.send('first');
    works(null);
    turn();
    works(5000);
    client.send('second');
    works(6000);
    turn();
    expect(told).toEqual(['first']);
  });
});
