import { holds } from './finding.ts';
import { at, type Json, type Seen, textAt } from './json.ts';
import type { Line } from './line.ts';

type Event = Json & { readonly type: string };

/** What models are asked to say: short, and nobody judges it. */
export const prompt = 'Say: ready';
/** What gives an answer that takes a while: the more so, the more tens. */
function longPrompt(tens: number): string {
  return `Repeat this to me, word by word: ${'one two three four five six seven eight nine ten '.repeat(tens)}`;
}

/** How long a first answer is asked for, in tens of words: written ones are made in no time. */
const tensOf = { text: 100, audio: 5 };

/** A typed message of the user. */
export function typed(text: string, id?: string): Event {
  const message = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  return { type: 'conversation.item.create', item: id === undefined ? message : { id, ...message } };
}

/** An update of a realtime session. */
export function update(session: Json): Event {
  return { type: 'session.update', session: { type: 'realtime', ...session } };
}

/** Asks for a response in one modality. */
export function create(modality: 'text' | 'audio', more: Json = {}): Event {
  return { type: 'response.create', response: { output_modalities: [modality], ...more } };
}

/** Adds an item; gives `conversation.item.added`. */
export function add(line: Line, event: Event): Promise<Seen> {
  line.send(event);
  return line.get('conversation.item.added');
}

/** Updates the session; gives `session.updated`. */
export function configure(line: Line, session: Json): Promise<Seen> {
  line.send(update(session));
  return line.get('session.updated');
}

/** A response from its beginning to its end. */
export interface Answer {
  readonly id: string;
  readonly created: Seen;
  readonly done: Seen;
  /** All that came from the request to `response.done`. */
  readonly events: readonly Seen[];
  /** Of those, the ones that name the response. */
  readonly own: readonly Seen[];
}

/** Asks for a response and waits for its end. */
export async function respond(line: Line, asked: Event): Promise<Answer> {
  line.send(asked);
  return answer(line);
}

/** The response that the last frame started, or that started by itself since. */
export async function answer(line: Line): Promise<Answer> {
  const { mark } = line;
  const created = await line.get('response.created');
  const id = textAt(created, 'response.id');
  const done = await line.get('response.done', (event) => at(event, 'response.id') === id);
  const all = line.since(mark);
  const events = all.slice(0, all.indexOf(done) + 1);
  const own = events.filter((event) => event['response_id'] === id || at(event, 'response.id') === id);
  return { id, created, done, events, own };
}

/** A typed turn and its answer. */
export async function turn(line: Line, modality: 'text' | 'audio' = 'text', more: Json = {}): Promise<Answer> {
  await add(line, typed(prompt));
  return respond(line, create(modality, more));
}

/** The first event of a type in an answer. Fails the check where there is none. */
export function first(
  { events }: Pick<Answer, 'events'>,
  type: string,
  fits: (event: Seen) => boolean = () => true,
): Seen {
  const found = events.find((event) => event.type === type && fits(event));
  holds(found !== undefined, `The response came without ${type}.`);
  return found;
}

/** The first output item of an answer that is a message or a call, as it was done. */
export function item({ events }: Answer, type: string): Seen {
  return first({ events }, 'response.output_item.done', (event) => at(event, 'item.type') === type);
}

/** Fails the check unless these types come in this order, whatever stands between. */
export function inOrder(events: readonly Seen[], types: readonly string[]): void {
  let from = 0;
  for (const [index, type] of types.entries()) {
    const found = events.findIndex((event, place) => place >= from && event.type === type);
    const isElsewhere = events.some((event) => event.type === type);
    holds(found >= 0, isElsewhere ? `${type} came before ${types[index - 1]}.` : `There was no ${type}.`);
    from = found + 1;
  }
}

/** The deltas of a type, joined. */
export function joined(events: readonly Seen[], type: string): string {
  return events
    .filter((event) => event.type === type)
    .map((event) => textAt(event, 'delta'))
    .join('');
}

/** Bounds of how often a longer answer is asked for, until one is caught while it runs. */
const longest = 2;

/**
 * A response that still runs when its client has heard of it: asks for a long answer, then for longer ones. Gives its id,
 * or null where every answer was over at once. The caller acts at once.
 */
export async function running(
  line: Line,
  modality: 'text' | 'audio',
  act: (id: string) => void,
): Promise<string | null> {
  for (let times = 1; times <= longest; times++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await add(line, typed(longPrompt(tensOf[modality] * times * times)));
    line.send(create(modality));
    line.story.races();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const id = textAt(await line.get('response.created'), 'response.id');
    const isOver = line.seen.some((event) => event.type === 'response.done' && at(event, 'response.id') === id);
    if (!isOver) {
      act(id);
      return id;
    }
  }
  return null;
}
