import type { Direction } from './format.ts';

/** A frame of sound, which most frames are: the texts around its one piece of base64. */
export interface SoundFrame {
  /** Up to the quote before the sound. */
  readonly head: string;
  readonly base64: string;
  /** From behind the quote after the sound. */
  readonly tail: string;
}

/** A value without anything in it, and a key that is none of sound. */
const value = String.raw`(?:"[^"\\\u0000-\u001f]{0,200}"|-?\d{1,15}(?:\.\d{1,15})?|true|false|null)`;
const key = String.raw`"(?!audio"|delta")[a-z_]{1,40}"`;
const pair = `${key}: ?${value}`;

const headOf = new RegExp(String.raw`^\{ ?(?:${pair}, ?)*"(audio|delta)": ?"`);
const tailOf = new RegExp(String.raw`^(?:, ?${pair})* ?\}$`);

/** The deltas of a server that are sound. */
const soundDelta = /"type": ?"(?:response\.(?:output_)?audio|session\.output_audio)\.delta"/;

/** Longer tails are read by those who read everything. */
const mostTail = 1000;

/**
 * Cuts a frame of sound without reading its sound: a flat object with sound in one place and nothing escaped, so that it needs no
 * parser. Null for all else, sound or not.
 */
export function soundFrameIn(text: string, by: Direction): SoundFrame | null {
  const found = headOf.exec(text);
  if (found === null || found[1] !== (by === '>' ? 'audio' : 'delta')) return null;
  const from = found[0].length;
  const to = text.indexOf('"', from);
  if (to < 0 || text.length - to > mostTail) return null;
  const head = found[0].slice(0, -1);
  const tail = text.slice(to + 1);
  if (!tailOf.test(tail) || (by === '<' && !soundDelta.test(head) && !soundDelta.test(tail))) return null;
  return { head, base64: text.slice(from, to), tail };
}
