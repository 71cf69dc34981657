import { describe, expect, it } from 'vitest';
import { echoModel } from '../../engines/echo.ts';
import { memoryState } from '../../state/memory/state.ts';
import { turningLoop } from '../../testing/turning-loop.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { memoryPair } from '../../wire/memory.ts';
import { defaultLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { longFrame } from '../session/inbox.ts';
import { openSession } from '../session/session.ts';
import type { Turns } from '../session/turns.ts';
import { Line } from './line.ts';
import { Resuming } from './resuming.ts';

interface Seen {
  readonly type: string;
  readonly event_id?: string;
  readonly [key: string]: unknown;
}

/** A session that can be taken up, on a loop that turns when it is told to, where each look at the clock takes a while, in milliseconds. */
function begun(lookMs: number) {
  const { turns: all, turn, settle } = turningLoop(lookMs);
  /** How often something has waited for a turn of what takes long. */
  const waits = { long: 0 };
  const turns: Turns = {
    ...all,
    later(work, lane) {
      if (lane === 'long') waits.long += 1;
      all.later(work, lane);
    },
  };
  const clock = virtualClock();
  const times = { keepMs: 3_600_000, graceMs: 30_000, renews: false };
  const state = memoryState(virtualClock());
  const resuming = new Resuming({ ...times, state, node: '0a1b2c', clock, turns, log: silentLog });
  const connected = () => {
    const [wire, client] = memoryPair();
    const events: Seen[] = [];
    const ignore = (): void => {};
    client.open({ frame: (text) => events.push(JSON.parse(text)), binary: ignore, drained: ignore, closed: ignore });
    return { wire, events, send: (event: object) => client.send(JSON.stringify(event)) };
  };
  const first = connected();
  const line = new Line(first.wire, clock);
  const facts = { owner: 'me', holder: null, modelName: 'echo', asks: true, log: silentLog };
  const docking = resuming.begin({ line, ...facts }, null);
  openSession({
    wire: line,
    model: echoModel({ voice: null }),
    modelName: 'echo',
    clock,
    turns,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
    docking,
  });
  settle();
  return {
    first,
    clock,
    waits,
    turn,
    settle,
    takenOver() {
      const second = connected();
      docking.takeUp(second.wire, first.events.at(-1)?.event_id ?? null);
      return second;
    },
  };
}

const frameMs = 100;
const longMs = 5_000;
const sound = (ms: number) => ({ type: 'input_audio_buffer.append', audio: Buffer.alloc(ms * 48).toString('base64') });
/** Of which one takes a turn to be read, and another to be taken. */
const said = [...Array.from({ length: 6 }, () => frameMs), longMs, frameMs, frameMs];
const wholeMs = said.reduce((sum, ms) => sum + ms, 0);

describe('a session that is taken over while frames of its old connection wait', () => {
  it('takes none of them any more, whenever that is: what was not acknowledged is sent again, and is there once', () => {
    expect(JSON.stringify(sound(longMs)).length).toBeGreaterThan(longFrame);
    const held = new Set<unknown>();
    const moments = [0.5, 0.6, 0.7, 0.8].flatMap((lookMs) =>
      Array.from({ length: 20 }, (_, passed) => ({ lookMs, passed })),
    );
    for (const { lookMs, passed } of moments) {
      const { first, turn, settle, takenOver } = begun(lookMs);
      first.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
      settle();
      for (const ms of said) first.send(sound(ms));
      first.send(item);
      for (let nth = 0; nth < passed; nth += 1) turn();
      const second = takenOver();
      const heldMs = Number(
        second.events.find(({ type }) => type === 'session.resumption.updated')?.['input_audio_ms'],
      );
      held.add(heldMs);
      let endMs = 0;
      for (const ms of said) {
        endMs += ms;
        if (endMs > heldMs) second.send(sound(ms));
      }
      const isThere = [...first.events, ...second.events].some(({ type }) => type === 'conversation.item.added');
      if (!isThere) second.send(item);
      settle();
      second.send({ type: 'input_audio_buffer.clear' });
      settle();
      const third = takenOver();
      expect(third.events.at(-1)).toMatchObject({ type: 'session.resumption.updated', input_audio_ms: wholeMs });
      const all = [...first.events, ...second.events];
      expect(all.filter(({ type }) => type === 'error')).toEqual([]);
      expect(all.filter(({ type }) => type === 'conversation.item.added')).toHaveLength(1);
    }
    // Some came before the long one was taken, some after.
    expect(held).toContain(wholeMs);
    expect(held.size).toBeGreaterThan(2);
  });
});

const item = {
  type: 'conversation.item.create',
  item: { id: 'item_1', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
};

it('a session that holds much is written down in a turn of what takes long, one that holds little is not', async () => {
  const { first, clock, waits, settle } = begun(0);
  const change = async (event: object): Promise<void> => {
    first.send(event);
    for (let nth = 0; nth < 5; nth += 1) {
      settle();
      clock.advance(2_000);
      // oxlint-disable-next-line no-await-in-loop -- what is written is sealed first
      await new Promise(setImmediate);
    }
  };
  await change(item);
  expect(waits.long).toBe(0);
  const text = 'x'.repeat(longFrame);
  await change({ ...item, item: { ...item.item, id: 'item_2', content: [{ type: 'input_text', text }] } });
  const before = waits.long;
  await change({ ...item, item: { ...item.item, id: 'item_3' } });
  expect(waits.long).toBe(before + 1);
});
