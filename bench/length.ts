import { newSession } from '../src/core/new-session.ts';
import type { Session, SessionRules } from '../src/core/session.ts';
import { step } from '../src/core/step.ts';
import type { ClientEventMap } from '../src/protocol/types.ts';
import { defaultLimits, keptSoundBytes } from '../src/server/limits.ts';

type ClientEvent = ClientEventMap[keyof ClientEventMap];

/** The last leaves room for what is created in the course of it. */
const lengths = [100, 1000, 10_000, 50_000, 98_000];
const repeats = 400;

const rules: SessionRules = {
  maxAgeMs: 3_600_000,
  maxBufferedMs: 600_000,
  maxResponses: 32,
  maxItems: defaultLimits.items,
  maxBytes: 1_000_000_000,
  keptSoundBytes: keptSoundBytes(defaultLimits),
  transcribesFirst: false,
  transcribesStream: false,
  preempts: false,
  reasons: true,
  contextTokens: 28_672,
  instructionTokens: 16_384,
  sendConversationCreated: false,
};

const message = (id: string): ClientEvent => ({
  type: 'conversation.item.create',
  item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning.' }] },
});

/** Operations on one item, by name; `length` is how many the conversation has, `count` how often this one was done. */
const operations: Readonly<Record<string, (length: number, count: number) => ClientEvent>> = {
  'create, at the end': (_, count) => message(`new_${count}`),
  'create, first of all': (_, count) => ({ ...message(`root_${count}`), previous_item_id: 'root' }),
  'create, in the middle': (length, count) => ({ ...message(`mid_${count}`), previous_item_id: `item_${length >> 1}` }),
  retrieve: (length, count) => ({ type: 'conversation.item.retrieve', item_id: `item_${(count * 7919) % length}` }),
  'an id that is unknown': () => ({ type: 'conversation.item.retrieve', item_id: 'nobody' }),
  delete: (_, count) => ({ type: 'conversation.item.delete', item_id: `new_${count}` }),
};

/** What reads the whole conversation, which may grow with it. */
const response: ClientEvent = { type: 'response.create', response: { output_modalities: ['text'] } };

/**
 * What one event costs the core by the length of the conversation, as a ratio against one of a hundred items: near 1 where
 * it does not grow. Creating a response reads all items, and tells which fit the model's context.
 */
export async function run(): Promise<void> {
  console.log(`${''.padEnd(28)}${lengths.map((length) => `${length} items`.padStart(16)).join('')}`);
  const sessions = lengths.map(sessionOf);
  for (const [name, eventOf] of Object.entries(operations)) {
    // Measured in turn, so that a busy machine slows all alike.
    print(
      name,
      measured(sessions, (length, count) => [eventOf(length, count)]),
    );
  }
  const turns = measured(sessions, () => [response, { type: 'response.cancel' }], 60);
  print('response.create and .cancel', turns);
}

function print(name: string, microseconds: readonly number[]): void {
  const [first = 1] = microseconds;
  const cells = microseconds.map((each) => `${each.toFixed(1)} µs ${(each / first).toFixed(2)} ×`.padStart(16));
  console.log(`${name.padEnd(28)}${cells.join('')}`);
}

interface Held {
  readonly length: number;
  session: Session;
}

function sessionOf(length: number): Held {
  const held = { length, session: newSession({ id: 'sess_bench', rules, seed: 1, model: 'bench', at: 0 }) };
  [held.session] = step(held.session, { from: 'server', say: 'open', at: 0 });
  for (let index = 0; index < length; index += 1) take(held, message(`item_${index}`));
  return held;
}

function take(held: Held, event: ClientEvent): void {
  [held.session] = step(held.session, { from: 'client', event, at: 0 });
}

/** Time of one round of events, in microseconds, for each session: the median of all rounds. */
function measured(
  sessions: readonly Held[],
  eventsOf: (length: number, count: number) => readonly ClientEvent[],
  rounds = repeats,
): number[] {
  const times: number[][] = sessions.map(() => []);
  for (let count = 0; count < rounds; count += 1) {
    for (const [index, held] of sessions.entries()) {
      const events = eventsOf(held.length, count);
      const start = process.hrtime.bigint();
      for (const event of events) take(held, event);
      times[index]?.push(Number(process.hrtime.bigint() - start) / 1000);
    }
  }
  return times.map((each) => each.toSorted((one, other) => one - other)[each.length >> 1] ?? Number.NaN);
}
