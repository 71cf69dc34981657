import { expect } from 'vitest';
import type { CatalogueSession, Opening } from './catalogue-session.ts';

/** A bad input and the error that answers it (behaviour §8). */
export interface Row {
  /** What the client gets wrong; completes the sentence "refuses …". */
  readonly what: string;
  readonly opening?: Opening;
  /** Brings the session to where the input is wrong. */
  readonly before?: (session: CatalogueSession) => void;
  /** An event, or a text that is none; absent: a binary frame. */
  readonly frame?: object | string;
  readonly code: string;
  readonly param: string | null;
  /** The whole message, or its shape. */
  readonly message: string | ReturnType<typeof shaped>;
}

/** A message that is fixed in its shape only. */
export function shaped(pattern: RegExp) {
  return expect.stringMatching(pattern);
}

/** Rows of one kind: in a session of their own, or after something that they all need. */
export function rows(common: Pick<Row, 'opening' | 'before'>, ...each: readonly Row[]): Row[] {
  return each.map((row) => ({ ...common, ...row }));
}

/** Appends so many milliseconds of silence at 24 kHz. */
export function append(ms: number): object {
  return { type: 'input_audio_buffer.append', audio: Buffer.alloc(ms * 48).toString('base64') };
}

export function update(session: object): object {
  return { type: 'session.update', session: { type: 'realtime', ...session } };
}

export function create(item: object, rest: object = {}): object {
  return { type: 'conversation.item.create', item, ...rest };
}

export function messageOf(role: string, ...content: readonly object[]): object {
  return { type: 'message', role, content };
}

export const hello = messageOf('user', { type: 'input_text', text: 'Hello' });

export function respond(response: object): object {
  return { type: 'response.create', response };
}

export const speechOff = update({ audio: { input: { turn_detection: null } } });
