import { randomBytes } from 'node:crypto';

/** Hexadecimal digits that name a node. */
const digits = 6;

/** What the name of a node looks like. */
export const nodeShape = /^[0-9a-f]{6}$/;

/** Ids that begin with the node that holds what they name: sessions and calls. */
const heldShape = /^(?:sess|rtc)_([0-9a-f]{6})[0-9A-Za-z]*$/;

/** A name for this process among those that serve as one: six hexadecimal digits. */
export function newNodeName(): string {
  return randomBytes(digits / 2).toString('hex');
}

/** The node that an id of a session or call names; null where it is no such id. */
export function nodeOf(id: string): string | null {
  return heldShape.exec(id)?.[1] ?? null;
}
