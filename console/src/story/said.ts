import { heardWords, marked, type SaidAloud } from '../../../src/audio/heard-words.ts';
import { type Frame, numberAt, textAt } from './frame.ts';

/** Ticks of the sound's clock in a millisecond. */
const ticksPerMs = 24;

/** An answer that is said aloud, and how much of it was heard. */
export interface Said extends SaidAloud {
  /** What was heard before it was cut off, in milliseconds; null where nothing was cut. */
  readonly heardMs: number | null;
  /** What the server keeps of it, where it was asked; else null. */
  readonly kept: string | null;
}

/** What is said aloud, by item. */
export type SaidItems = ReadonlyMap<string, Said>;

const nothing: Said = { transcript: '', ticks: 0, marks: [], heardMs: null, kept: null };

/** What is said after a frame. `soundMs`: how long its sound is. */
export function foldSaid(items: SaidItems, { by, type, event }: Frame, soundMs: number): SaidItems {
  if (by === '>') return items;
  switch (type) {
    case 'response.output_audio_transcript.delta':
    case 'response.audio_transcript.delta':
      return changed(items, textAt(event, 'item_id'), (said) => ({
        ...said,
        marks: marked(said),
        transcript: said.transcript + textAt(event, 'delta'),
      }));
    case 'response.output_audio.delta':
    case 'response.audio.delta':
      return changed(items, textAt(event, 'item_id'), (said) => ({
        ...said,
        ticks: said.ticks + Math.round(soundMs * ticksPerMs),
      }));
    case 'conversation.item.truncated':
      return changed(items, textAt(event, 'item_id'), (said) => ({
        ...said,
        heardMs: numberAt(event, 'audio_end_ms'),
      }));
    case 'conversation.item.retrieved':
      return retrieved(items, textAt(event, 'item', 'id'), textAt(event, 'item', 'content', 0, 'transcript'));
    default:
      return items;
  }
}

function retrieved(items: SaidItems, id: string, kept: string): SaidItems {
  return items.get(id)?.heardMs == null ? items : changed(items, id, (said) => ({ ...said, kept }));
}

function changed(items: SaidItems, id: string, change: (said: Said) => Said): SaidItems {
  return new Map(items).set(id, change(items.get(id) ?? nothing));
}

/** The words that were heard, and those that nobody heard. Null where nothing is known of it. */
export function heardOf(said: Said | undefined): { readonly heard: string; readonly unheard: string } | null {
  if (said === undefined || said.heardMs === null) return null;
  const { transcript, ticks, kept } = said;
  if (ticks === 0 && kept === null) return null;
  const heard = ticks > 0 ? heardWords(said, said.heardMs * ticksPerMs) : sharedStart(transcript, kept ?? '');
  return { heard, unheard: transcript.slice(heard.length) };
}

/** What the server keeps may end otherwise than what it said. */
function sharedStart(whole: string, kept: string): string {
  let length = 0;
  while (length < kept.length && whole[length] === kept[length]) length += 1;
  return whole.slice(0, length);
}
