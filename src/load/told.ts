/** The type of an event; only one that begins in an unusual way is parsed for it. Empty where it has none. */
export function typeOf(frame: string): string {
  const [, quick] = /^\{\s*(?:"event_id"\s*:\s*"[^"\\]*"\s*,\s*)?"type"\s*:\s*"([^"\\]*)"/.exec(frame) ?? [];
  return quick ?? textAt(frame, 'type') ?? '';
}

/** What a server's frame is to whoever measures answers; null for all else. */
export type Told = 'created' | 'error' | 'started' | 'stopped' | 'response' | 'sound' | 'words' | 'done';

const told: ReadonlyMap<string, Told> = new Map([
  ['session.created', 'created'],
  ['error', 'error'],
  ['input_audio_buffer.speech_started', 'started'],
  ['input_audio_buffer.speech_stopped', 'stopped'],
  ['response.created', 'response'],
  ['response.output_audio.delta', 'sound'],
  ['response.audio.delta', 'sound'],
  ['response.output_text.delta', 'words'],
  ['response.text.delta', 'words'],
  ['response.output_audio_transcript.delta', 'words'],
  ['response.audio_transcript.delta', 'words'],
  ['response.done', 'done'],
]);

/** What a frame tells. */
export function toldBy(frame: string): Told | null {
  return told.get(typeOf(frame)) ?? null;
}

/** The response that an event begins or ends. */
export function responseOf(frame: string): string {
  return textAt(frame, 'response', 'id') ?? '';
}

/** What an error event is called. */
export function errorCode(frame: string): string {
  return textAt(frame, 'error', 'code') ?? textAt(frame, 'error', 'type') ?? 'error';
}

/** How a response ended. */
export function statusOf(frame: string): string {
  return textAt(frame, 'response', 'status') ?? '';
}

/** The item that a delta belongs to; only one that is written in an unusual way is parsed for it. Empty where it names none. */
export function itemOf(frame: string): string {
  const [, quick] =
    /^\{(?:\s*"[a-z_]+"\s*:\s*(?:"[^"\\]{0,200}"|\d+)\s*,)*?\s*"item_id"\s*:\s*"([^"\\]*)"/.exec(frame) ?? [];
  return quick ?? textAt(frame, 'item_id') ?? '';
}

function textAt(frame: string, ...keys: readonly string[]): string | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return typeof value === 'string' ? value : null;
}
