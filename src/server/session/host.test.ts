import { describe, expect, it, vi } from 'vitest';
import { slowReaderCloseCode } from '../../core/defaults.ts';
import type { Model } from '../../engines/contract.ts';
import { readScenario, scenarioModel } from '../../engines/index.ts';
import { virtualClock } from '../../testing/index.ts';
import { type TurningLoop, turningLoop } from '../../testing/turning-loop.ts';
import { type MemoryWire, memoryPair } from '../../wire/memory.ts';
import { defaultLimits, type SessionLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { openTranslating } from '../translation/model.ts';
import { openTranslation } from '../translation/session.ts';
import type { HostOptions, SessionHandle } from './host.ts';
import { longFrame } from './inbox.ts';
import { openSession } from './session.ts';

const talker = `
seed: 1
replies: [{ steps: [{ say: "It is noon." }] }]
`;

interface Told {
  readonly type: string;
  readonly error?: { readonly code: string | null; readonly event_id: string | null };
}

/** The client's end of a wire, with all that it heard. */
function client() {
  const [server, wire] = memoryPair();
  const events: Told[] = [];
  const closes: { code: number; reason: string }[] = [];
  wire.open({
    frame: (text) => events.push(JSON.parse(text)),
    binary() {},
    drained() {},
    closed: (why) => closes.push(why),
  });
  const say = (...sent: readonly object[]): void => sent.forEach((event) => wire.send(JSON.stringify(event)));
  return { server, wire, events, closes, say, types: () => events.map(({ type }) => type) };
}

type Client = ReturnType<typeof client>;
type Open = (options: HostOptions) => SessionHandle;

const model = (): Model => scenarioModel(readScenario(talker, 'scenario.yaml'));
const realtime: Open = (options) =>
  openSession({ ...options, model: model(), modelName: 'test', sendConversationCreated: false });
const translation: Open = (options) => {
  const opened = openTranslating(model());
  if (opened === null) throw new Error('The scripted model can translate.');
  return openTranslation({ ...options, model: opened, modelName: 'test' });
};

/** A session on one wire that another has joined. */
function joined(open: Open = realtime, limits: Partial<SessionLimits> = {}) {
  const own = client();
  const other = client();
  const clock = virtualClock();
  const session = open({ wire: own.server, clock, limits: { ...defaultLimits, ...limits }, log: silentLog });
  session.attach(other.server);
  return { own, other, session, clock };
}

/** A session on a loop that turns when it is told to. To read a frame and to take it each last longer than a turn. */
function inTurns(loop: TurningLoop = turningLoop()) {
  const peer = client();
  const { turns, turn } = loop;
  const now = (): number => {
    loop.work(5);
    return loop.at;
  };
  realtime({ wire: peer.server, clock: { ...virtualClock(), now }, limits: defaultLimits, log: silentLog, turns });
  return { peer, turn };
}

/** A typed message that makes a long frame. */
const longMessage = {
  type: 'conversation.item.create',
  item: { id: 'long', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x'.repeat(longFrame) }] },
};

describe('a long frame', () => {
  it('is read in one turn of the loop and taken in another, before the frame that follows it', () => {
    const { peer, turn } = inTurns();
    peer.say(longMessage, { type: 'conversation.item.delete', item_id: 'long' });
    const counts = new Set<number>();
    while (turn()) counts.add(peer.events.length);
    expect(peer.types()).toEqual([
      'session.created',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.deleted',
    ]);
    // Nothing of it is told before the turn in which it is taken, and what follows it comes in a later one.
    expect([...counts]).toEqual([1, 3, 4]);
  });

  it('is taken no sooner than the others had as long for themselves as it took to read it', () => {
    const loop = turningLoop();
    const { peer, turn } = inTurns(loop);
    const began = loop.at;
    peer.say(longMessage);
    while (peer.events.length < 3) turn();
    // Five to read it, five for the others, five to take it.
    expect(loop.at - began).toBe(15);
  });

  it('is asked for again in a turn of its own, and what follows is answered after it', () => {
    const loop = turningLoop();
    const { peer, turn } = inTurns(loop);
    peer.say(longMessage, { ...typed, item: { ...typed.item, id: 'short' } });
    while (turn());
    const told = peer.events.length;
    const retrieve = (item_id: string) => ({ type: 'conversation.item.retrieve', item_id });
    peer.say(retrieve('short'));
    expect(peer.events.length).toBe(told + 1);
    while (turn());
    peer.say(retrieve('long'), retrieve('short'));
    expect(peer.events.length).toBe(told + 1);
    while (turn());
    expect(peer.events.slice(told)).toMatchObject([
      { type: 'conversation.item.retrieved', item: { id: 'short' } },
      { type: 'conversation.item.retrieved', item: longMessage.item },
      { type: 'conversation.item.retrieved', item: { id: 'short' } },
    ]);
  });

  it('is not taken once its wire has gone, whenever that is', () => {
    const seen = Array.from({ length: 12 }, (_, passed) => {
      const { peer, turn } = inTurns();
      peer.say(longMessage);
      for (let count = 0; count < passed; count++) turn();
      const before = peer.types();
      peer.wire.close(1000, 'enough');
      while (turn());
      expect(peer.types()).toEqual(before);
      return before.length;
    });
    expect(new Set(seen)).toEqual(new Set([1, 3]));
  });

  it('has its item written a few slices a turn before it is taken, each once, and again when it is asked for', () => {
    const loop = turningLoop();
    const { peer, turn } = inTurns(loop);
    const stringify = JSON.stringify;
    const slices = new Slices(loop);
    const written = vi.spyOn(JSON, 'stringify').mockImplementation((value: unknown) => {
      if (typeof value === 'string' && value.length > 1000) slices.write();
      return stringify(value);
    });
    try {
      const text = 'a "quoted" wörd, 語 and 🙂 '.repeat(100_000);
      const item = { id: 'long', ...message(text) };
      const inSlices = { slices: Math.ceil(text.length / 65_536), isPatient: true };
      peer.wire.send(stringify({ type: 'conversation.item.create', item }));
      expect(slices.during(turn)).toEqual(inSlices);
      peer.wire.send(stringify({ type: 'conversation.item.retrieve', item_id: 'long' }));
      expect(slices.during(turn)).toEqual(inSlices);
      expect(peer.types().slice(1)).toEqual([
        'conversation.item.added',
        'conversation.item.done',
        'conversation.item.retrieved',
      ]);
      for (const event of peer.events.slice(1)) expect(event).toMatchObject({ item });
    } finally {
      written.mockRestore();
    }
  });

  it('has its sound written a few slices a turn, too, when it is asked for', () => {
    const loop = turningLoop();
    const { peer, turn } = inTurns(loop);
    const audio = Buffer.alloc(1_000_000, 7);
    peer.say({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    peer.say({ type: 'input_audio_buffer.append', audio: audio.toString('base64') });
    peer.say({ type: 'input_audio_buffer.commit' });
    while (turn());
    const item_id = peer.events.map((event) => Reflect.get(event, 'item_id')).find((id) => typeof id === 'string');
    const slices = new Slices(loop);
    const { toString } = Buffer.prototype;
    const written = vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, ...asked) {
      if (asked[0] === 'base64') slices.write();
      return toString.apply(this, asked);
    });
    try {
      peer.say({ type: 'conversation.item.retrieve', item_id });
      expect(slices.during(turn)).toEqual({ slices: Math.ceil(audio.length / 49_152), isPatient: true });
    } finally {
      written.mockRestore();
    }
    const told = peer.events.at(-1);
    expect(told).toMatchObject({
      type: 'conversation.item.retrieved',
      item: { content: [{ type: 'input_audio', audio: audio.toString('base64') }] },
    });
  });
});

/** Counts slices of something long as they are written, each of which takes a millisecond. */
class Slices {
  readonly #loop: TurningLoop;
  #count = 0;

  constructor(loop: TurningLoop) {
    this.#loop = loop;
  }

  write(): void {
    this.#count += 1;
    this.#loop.work(1);
  }

  /** Turns the loop until nothing waits. `isPatient`: the others had their turn after five of them at most. */
  during(turn: () => boolean): { readonly slices: number; readonly isPatient: boolean } {
    this.#count = 0;
    let most = 0;
    for (let before = 0; turn(); before = this.#count) most = Math.max(most, this.#count - before);
    return { slices: this.#count, isPatient: most <= 5 };
  }
}

const typed = { type: 'conversation.item.create', item: message('hello') };
const create = { type: 'response.create', response: { output_modalities: ['text'] } };

function message(text: string) {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

describe.each([
  ['realtime', realtime, { type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } }],
  ['translation', translation, { type: 'session.update', session: { audio: { output: { language: 'fr' } } } }],
] as const)('a %s session on several wires', (_, open, update) => {
  it.each(['own', 'other'] as const)('tells every wire of what the %s one asks for', (who) => {
    const both = joined(open);
    both[who].say(update);
    expect(both.own.types()).toEqual(['session.created', 'session.updated']);
    expect(both.other.types()).toEqual(['session.created', 'session.updated']);
    expect(both.other.events.at(-1)).toEqual(both.own.events.at(-1));
  });

  it.each([
    ['own', 'other'],
    ['other', 'own'],
  ] as const)('tells the %s wire alone of its mistake', (who, else_) => {
    const both = joined(open);
    both[who].say({ type: 'nonsense', event_id: 'mine' });
    both[who].wire.sendBinary(3);
    expect(both[who].events.filter(({ type }) => type === 'error')).toMatchObject([
      { error: { event_id: 'mine' } },
      { error: { code: 'invalid_event' } },
    ]);
    expect(both[else_].types()).not.toContain('error');
  });

  it('tells every wire of an error that answers nobody, and closes them alike', () => {
    const { own, other, clock } = joined(open, { sessionMinutes: 1 });
    clock.advance(60_000);
    for (const { events, closes } of [own, other]) {
      expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } });
      expect(closes).toHaveLength(1);
    }
    expect(other.closes).toEqual(own.closes);
  });

  it('goes on when a wire leaves that joined', () => {
    const { own, other } = joined(open);
    other.wire.close(1000, '');
    own.say(update);
    expect(own.types()).toContain('session.updated');
    expect(own.closes).toEqual([]);
    expect(other.types()).toEqual(['session.created']);
  });

  it('ends with its own wire, and closes every other', async () => {
    const { own, other, session } = joined(open);
    own.wire.close(1000, '');
    await session.ended;
    expect(other.closes).toEqual([{ code: 1000, reason: '' }]);
    const late = client();
    session.attach(late.server);
    expect(late.closes).toHaveLength(1);
  });
});

describe('a response on several wires', () => {
  const streamed = ['response.created', 'response.output_text.delta', 'response.done'];

  it('is the same on each, whoever asked for it', () => {
    const { own, other } = joined();
    other.say(typed, create);
    expect(other.types()).toEqual(expect.arrayContaining(streamed));
    expect(own.events.slice(1)).toEqual(other.events.slice(1));
  });

  it('goes on when a wire that lagged leaves', () => {
    const { own, other, clock } = joined(realtime, { unsentBytes: 8_000_000 });
    lag(own, other);
    own.say(create);
    clock.advance(100);
    expect(own.types()).not.toContain('response.done');
    other.wire.close(1000, '');
    clock.advance(100);
    expect(own.types()).toContain('response.done');
  });

  it('goes on when a wire that joined is closed for reading too slowly, which is told to it alone', () => {
    const { own, other, clock } = joined(realtime, { unsentBytes: 1_500_000 });
    lag(own, other);
    clock.advance(1_000);
    other.wire.release();
    expect(other.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'slow_consumer' } });
    expect(other.closes).toMatchObject([{ code: slowReaderCloseCode }]);
    own.say(create);
    expect(own.types()).toContain('response.done');
    expect(own.types()).not.toContain('error');
    expect(own.closes).toEqual([]);
  });
});

/** The other wire reads nothing while the session says more than a reader may lag behind. */
function lag(own: Client, other: { readonly wire: MemoryWire }): void {
  other.wire.hold();
  own.say({ type: 'conversation.item.create', item: message('x'.repeat(900_000)) });
}
