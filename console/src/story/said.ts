import { heardWords, marked, type SaidAloud } from '../../../src/audio/heard-words.ts';
import { at, type Frame, numberAt, textAt } from './frame.ts';

/** Ticks of the sound's clock in a millisecond. */
const ticksPerMs = 24;

/** An answer that is said aloud, and how much of it was heard. */
export interface Said extends SaidAloud {
  /** What was heard before it was cut off, in milliseconds; null where nothing was cut. */
  readonly heardMs: number | null;
}

/** What is said aloud, by item. */
export type SaidItems = ReadonlyMap<string, Said>;

const nothing: Said = { transcript: '', ticks: 0, marks: [], heardMs: null };

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
    case 'response.done':
      return measured(items, event);
    default:
      return items;
  }
}

/** An audio token is so much sound. */
const tokenMs = 50;

/** Over WebRTC no event brings sound: how long an answer was is known by its tokens alone. */
function measured(items: SaidItems, event: unknown): SaidItems {
  const tokens = numberAt(event, 'response', 'usage', 'output_token_details', 'audio_tokens') ?? 0;
  const output = at(event, 'response', 'output');
  const spoken = (Array.isArray(output) ? output : []).map((item) => textAt(item, 'id')).filter((id) => items.has(id));
  const [id] = spoken;
  if (id === undefined || spoken.length > 1 || tokens === 0 || items.get(id)?.ticks !== 0) return items;
  return changed(items, id, (said) => ({ ...said, ticks: tokens * tokenMs * ticksPerMs }));
}

function changed(items: SaidItems, id: string, change: (said: Said) => Said): SaidItems {
  return new Map(items).set(id, change(items.get(id) ?? nothing));
}

/** The words that were heard, and those that nobody heard. Null where nothing was cut, or nobody can tell where. */
export function heardOf(said: Said | undefined): { readonly heard: string; readonly unheard: string } | null {
  if (said === undefined || said.heardMs === null || said.ticks === 0) return null;
  const heard = heardWords(said, said.heardMs * ticksPerMs);
  return { heard, unheard: said.transcript.slice(heard.length) };
}
