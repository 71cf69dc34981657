import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RealtimeSession } from '../../src/client/index.ts';
import { clockSource } from '../../src/client/playhead/clock-source.ts';
import type { Cut } from '../../src/client/playhead/cut.ts';
import { drivePlayhead, type SoundToPlay } from '../../src/client/playhead/drive.ts';
import { createPlayhead } from '../../src/client/playhead/playhead.ts';
import { emptyView } from '../../src/client/view/state.ts';
import { fold } from '../../src/client/view/view.ts';
import { repeats } from '../setup/scale.ts';
import { type Frame, join, type MemoryServer, memoryServer, pass, settle, sound, typed } from './memory-server.ts';

/** 60 ms a character, a word every 50 ms: speech comes about six times as fast as it plays. */
const scenario = `
seed: 3
pace: { delta_ms: 50 }
replies:
  - when: { contains: "two" }
    steps:
      - say: "This is the first of two."
      - say: "And this is the second of them."
  - when: { contains: "late" }
    steps:
      - wait_ms: 200
      - say: "I had to think about that."
  - steps: [{ say: "One two three four five six seven eight nine ten." }]
`;

interface Call {
  readonly server: MemoryServer;
  readonly session: RealtimeSession;
  readonly played: SoundToPlay[];
  readonly cuts: (readonly Cut[])[];
  readonly errors: unknown[];
  interrupt(): readonly Cut[];
}

async function call(input: object = {}): Promise<Call> {
  const server = memoryServer(scenario);
  const session = await join(server, { reconnect: false });
  await session.update({ audio: { input } });
  const played: SoundToPlay[] = [];
  const cuts: (readonly Cut[])[] = [];
  const errors: unknown[] = [];
  const playhead = createPlayhead(clockSource({ now: server.clock.now }));
  const driver = drivePlayhead(session, playhead, {
    speaker: { play: (piece) => void played.push(piece), stop: () => {} },
    onInterrupted: (each) => void cuts.push(each),
    onError: (error) => void errors.push(error),
  });
  return { server, session, played, cuts, errors, interrupt: driver.interrupt };
}

const sent = ({ server }: Call, type: string): Frame[] => server.heard.filter((frame) => frame.type === type);
const told = ({ server }: Call, type: string): Frame[] => server.said.filter((frame) => frame.type === type);

async function say(at: Call, words: string): Promise<void> {
  at.session.createItem(typed(words)).catch(() => {});
  at.session.respond().done.catch(() => {});
  await settle();
}

async function speak({ session, server }: Call, ms: number): Promise<void> {
  for (let spoken = 0; spoken < ms; spoken += 20) {
    session.appendAudio(sound(20));
    await pass(server.clock, 20);
  }
}

describe('a driven playhead', () => {
  it('cuts what was not heard when the user speaks, and leaves the response to the server', async () => {
    const at = await call();
    await say(at, 'count');
    await pass(at.server.clock, 1000);
    await speak(at, 300);
    expect(at.cuts).toHaveLength(1);
    expect(sent(at, 'conversation.item.truncate')).toHaveLength(1);
    const [cut] = sent(at, 'conversation.item.truncate');
    expect(Number(cut?.['audio_end_ms'])).toBeGreaterThan(900);
    expect(Number(cut?.['audio_end_ms'])).toBeLessThan(1300);
    expect(told(at, 'conversation.item.truncated')).toHaveLength(1);
    expect(sent(at, 'response.cancel')).toEqual([]);
    expect(told(at, 'error')).toEqual([]);
  });

  it('cancels the response itself where the server was told not to', async () => {
    const at = await call({
      turn_detection: { type: 'server_vad', interrupt_response: false, create_response: false },
    });
    await say(at, 'count');
    await pass(at.server.clock, 60);
    await speak(at, 300);
    expect(sent(at, 'response.cancel')).toHaveLength(1);
    expect(told(at, 'response.done')[0]).toMatchObject({ response: { status: 'cancelled' } });
    expect(told(at, 'error')).toEqual([]);
  });

  it('takes back an item that nobody heard', async () => {
    const at = await call({ turn_detection: null });
    await say(at, 'two');
    await pass(at.server.clock, 1000);
    expect(at.interrupt().map(({ kind }) => kind)).toEqual(['truncate', 'delete']);
    await settle();
    expect(told(at, 'conversation.item.deleted')).toHaveLength(1);
    expect(told(at, 'error')).toEqual([]);
  });

  it('cancels on request, and says nothing where nothing was said', async () => {
    const at = await call({ turn_detection: null });
    await say(at, 'late');
    await pass(at.server.clock, 100);
    expect(at.interrupt()).toEqual([]);
    await pass(at.server.clock, 500);
    expect(told(at, 'response.done')[0]).toMatchObject({ response: { status: 'cancelled' } });
    expect(at.played).toEqual([]);
  });

  it('leaves a view that knows what was heard', async () => {
    const at = await call({ turn_detection: null });
    let view = emptyView();
    at.session.on('*', (event) => {
      view = fold(view, event);
    });
    await say(at, 'count');
    await pass(at.server.clock, 600);
    at.interrupt();
    await settle();
    expect(view.items.at(-1)).toMatchObject({ interrupted: true, parts: [{ truncatedAtMs: 600 }] });
  });
});

type Move =
  | { readonly do: 'say'; readonly words: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'speak'; readonly ms: number }
  | { readonly do: 'interrupt' }
  | { readonly do: 'detection'; readonly interrupts: boolean | null }
  | { readonly do: 'lag'; readonly ms: number };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('say' as const), words: fc.constantFrom('count', 'two', 'late') }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1500 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('speak' as const), ms: fc.constantFrom(100, 300, 600) }) },
    { weight: 3, arbitrary: fc.constant({ do: 'interrupt' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('detection' as const), interrupts: fc.constantFrom(true, false, null) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('lag' as const), ms: fc.integer({ min: 1, max: 300 }) }) },
  ),
  { minLength: 3, maxLength: 14, size: 'max' },
);

async function play(at: Call, move: Move): Promise<void> {
  switch (move.do) {
    case 'say':
      return say(at, move.words);
    case 'wait':
      return pass(at.server.clock, move.ms);
    case 'speak':
      return speak(at, move.ms);
    case 'interrupt':
      at.interrupt();
      return settle();
    case 'detection': {
      const { interrupts } = move;
      const turn_detection =
        interrupts === null ? null : { type: 'server_vad' as const, interrupt_response: interrupts };
      at.session.update({ audio: { input: { turn_detection } } }).catch(() => {});
      return settle();
    }
    case 'lag': {
      // What the server says meanwhile is on its way: the listener interrupts without knowing of it.
      const [connection] = at.server.connections;
      connection?.client.hold();
      await pass(at.server.clock, move.ms);
      at.interrupt();
      connection?.client.release();
      return settle();
    }
    default:
      return move satisfies never;
  }
}

describe('the cuts of a driven playhead', () => {
  it('are never refused, whoever interrupts, and when', async () => {
    const met = { truncated: 0, deleted: 0 };
    const property = fc.asyncProperty(moves, async (steps) => {
      const at = await call();
      for (const move of steps) await play(at, move);
      await pass(at.server.clock, 400);
      // A cancel that crosses with the end of its response is no cut.
      const refusals = told(at, 'error').filter(
        ({ error }) => !String(JSON.stringify(error)).includes('response_cancel_not_active'),
      );
      expect(refusals).toEqual([]);
      expect(at.errors).toEqual([]);
      const named = [...sent(at, 'conversation.item.truncate'), ...sent(at, 'conversation.item.delete')].map(
        (frame) => frame['item_id'],
      );
      expect(new Set(named).size).toBe(named.length);
      met.truncated += told(at, 'conversation.item.truncated').length;
      met.deleted += told(at, 'conversation.item.deleted').length;
      at.session.close();
    });
    const numRuns = repeats(3_000);
    await fc.assert(property, { numRuns, seed: 11 });
    expect(met.truncated).toBeGreaterThan(numRuns / 6);
    expect(met.deleted).toBeGreaterThan(numRuns / 20);
  });
});
