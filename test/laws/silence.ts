import type { Effect } from '../../src/core/effect.ts';
import type { ServerEvent } from '../../src/laws/trace.ts';

/** The event that a client is sent of sound, silent. */
export function audioDelta(effect: Extract<Effect, { do: 'emit-audio' }>): ServerEvent {
  return {
    type: 'response.output_audio.delta',
    event_id: effect.eventId,
    response_id: effect.responseId,
    item_id: effect.itemId,
    output_index: effect.outputIndex,
    content_index: effect.contentIndex,
    delta: silenceText(effect.audio.byteLength),
  };
}

const silences = new Map<number, Uint8Array>();
const silenceTexts = new Map<number, string>();

/** So many bytes of silence. */
export function silence(bytes: number): Uint8Array {
  const known = silences.get(bytes) ?? new Uint8Array(bytes);
  silences.set(bytes, known);
  return known;
}

function silenceText(bytes: number): string {
  const known = silenceTexts.get(bytes) ?? Buffer.alloc(bytes).toString('base64');
  silenceTexts.set(bytes, known);
  return known;
}
