import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';
import type { Direction } from '../../../src/take/format.ts';
import { objectIn } from '../../../src/take/json-object.ts';

/** One frame of a session, as the console keeps it. */
export interface Frame {
  /** Milliseconds since the session began. */
  readonly t: number;
  readonly by: Direction;
  readonly type: string;
  readonly event: JsonObject;
  /** The frame as text; of sound, only how much of it there was. */
  readonly text: string;
  /** Base64, where the frame brings sound. */
  readonly sound: string | null;
}

/** The field that holds the sound of an event of this type; null where it brings none. */
function soundField(type: unknown): 'audio' | 'delta' | null {
  switch (type) {
    case 'input_audio_buffer.append':
    case 'session.input_audio_buffer.append':
      return 'audio';
    case 'response.output_audio.delta':
    case 'response.audio.delta':
    case 'session.output_audio.delta':
      return 'delta';
    default:
      return null;
  }
}

/** A frame that has passed; null for what is no event. */
export function frameOf(t: number, by: Direction, text: string): Frame | null {
  const event = objectIn(text);
  return event === null ? null : frameOfEvent(t, by, event, text);
}

/** Likewise of an event that is known as an object; `text` is made where it is not given. */
export function frameOfEvent(t: number, by: Direction, event: JsonObject, text?: string): Frame {
  const type = typeof event['type'] === 'string' ? event['type'] : '(no type)';
  const field = soundField(type);
  const sound = field === null ? null : event[field];
  if (field === null || typeof sound !== 'string')
    return { t, by, type, event, text: text ?? JSON.stringify(event), sound: null };
  const bytes = Math.floor((sound.length * 3) / 4);
  return { t, by, type, event, text: JSON.stringify({ ...event, [field]: `(${bytes} bytes of sound)` }), sound };
}

/** What stands at a path of an event; undefined where the path leads nowhere. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (Array.isArray(found) && typeof key === 'number') found = found[key];
    else found = isJsonObject(found) ? found[key] : undefined;
  }
  return found;
}

/** The text at a path; `''` where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The number at a path; null where there is none. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | null {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : null;
}
