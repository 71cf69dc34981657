import { until } from '../../clients/until.ts';
import { connect, type Peer, type SeenEvent } from '../../e2e/peer.ts';
import { append } from '../../promises/memory-client.ts';
import { typed } from './visitor.ts';

/** What came of one honest conversation. */
export interface Conversation {
  readonly asked: readonly string[];
  /** Answers in the order in which they came. */
  readonly answered: readonly string[];
  /** Spoken turns, and those that were answered aloud. */
  readonly spoken: number;
  readonly heard: number;
  readonly errors: readonly SeenEvent[];
  /** How long each typed turn took from its first frame to the end of its answer, in milliseconds: to be printed, not judged. */
  readonly turnsMs: readonly number[];
}

export interface HonestOptions {
  readonly url: string;
  readonly name: string;
  /** Asked before each turn. */
  readonly goesOn: () => boolean;
  /** Every so manieth turn is spoken; 0: none is. */
  readonly spokenEvery: number;
}

/** What people do between two turns. */
const thoughtMs = 60;

/** Turns that begin at the same time are rare among people. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, thoughtMs * (0.5 + Math.random())));

/** Holds one turn after the other, like somebody who has all day, and writes down what came of them. */
export async function converse({ url, name, goesOn, spokenEvery }: HonestOptions): Promise<Conversation> {
  const peer = await connect(url);
  const asked: string[] = [];
  const turnsMs: number[] = [];
  let spoken = 0;
  const seen = digest(peer);
  for (let turn = 1; goesOn(); turn++) {
    await pause();
    if (spokenEvery > 0 && turn % spokenEvery === 0) {
      spoken += 1;
      await speak(peer, seen);
      forget(peer, seen);
      continue;
    }
    const words = `turn ${turn} of ${name}`;
    asked.push(words);
    const began = performance.now();
    await ask(peer, seen, words);
    turnsMs.push(performance.now() - began);
    forget(peer, seen);
  }
  peer.socket.close();
  await peer.closed();
  return { asked, answered: seen.answered, spoken, heard: seen.heard, errors: seen.errors, turnsMs };
}

interface Digest {
  readonly answered: string[];
  readonly errors: SeenEvent[];
  /** Items of the conversation, oldest first. */
  readonly items: string[];
  done: number;
  heard: number;
  /** Called with each event that ends a response, and with each error. */
  ended: () => void;
}

/** Folds the events as they come, so that a long conversation takes no more memory than a short one. */
function digest(peer: Peer): Digest {
  const seen: Digest = { answered: [], errors: [], items: [], done: 0, heard: 0, ended() {} };
  let deltas = 0;
  peer.socket.on('message', () => {
    const event = peer.events.at(-1);
    if (event?.type === 'error') {
      seen.errors.push(event);
      seen.ended();
    }
    if (event?.type === 'conversation.item.done') seen.items.push(idOf(event));
    if (event?.type === 'response.output_text.done') seen.answered.push(String(event['text']));
    if (event?.type === 'response.output_audio.delta') deltas += 1;
    if (event?.type !== 'response.done') return;
    seen.done += 1;
    if (deltas > 0) seen.heard += 1;
    deltas = 0;
    seen.ended();
  });
  return seen;
}

function idOf({ item }: SeenEvent): string {
  return typeof item === 'object' && item !== null && 'id' in item ? String(item.id) : '';
}

/** The conversation may be as long as the neighbours stay, but what was said long ago is of no use any more. */
function forget(peer: Peer, { items }: Digest): void {
  for (const item_id of items.splice(0, Math.max(0, items.length - remembered)))
    peer.send({ type: 'conversation.item.delete', item_id });
}

/** Items that an honest conversation keeps. */
const remembered = 20;

/** A turn in writing. */
async function ask(peer: Peer, seen: Digest, words: string): Promise<void> {
  const ended = new Promise<void>((resolve) => (seen.ended = resolve));
  peer.send(typed(words));
  peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  await ended;
}

/** A turn aloud, as fast as it goes: the server finds its end, and plays back what it heard. */
async function speak(peer: Peer, seen: Digest): Promise<void> {
  const before = seen.done;
  for (let sent = 0; sent < 20; sent++) peer.send(append(20));
  for (let sent = 0; sent < 40; sent++) peer.send(append(20, 0));
  await until('the answer to what was spoken', () => seen.done > before || seen.errors.length > 0);
}
