import { decodeBase64 } from '../../audio/node/index.ts';
import type { TranslationInput } from '../../core/translation/input.ts';
import { defaultLimits } from '../../protocol/limits.ts';
import { parseTranslationClientEvent } from '../../protocol/parse.ts';
import type { TranslationClientEventMap } from '../../protocol/types.ts';

/** Most audio that one append may bring, decoded: 15 MiB, as in a realtime session (behaviour §2.1). */
const maxAppendBytes = 15 * 1024 * 1024;

/**
 * A client's text frame as an input of a translation session: parsed, checked, and its audio decoded, so that no audio
 * text enters the core. What is wrong with it comes back as a refusal, never as a throw.
 */
export function admitTranslation(text: string, at: number, maxBytes: number): TranslationInput {
  const parsed = parseTranslationClientEvent(text, { ...defaultLimits, maxBytes });
  if (!parsed.ok) return { at, from: 'refusal', error: parsed.error };
  const { event } = parsed;
  return event.type === 'session.input_audio_buffer.append' ? admitAudio(event, at) : { at, from: 'client', event };
}

function admitAudio(event: TranslationClientEventMap['session.input_audio_buffer.append'], at: number): TranslationInput {
  const eventId = event.event_id ?? null;
  const refuse = (code: string, message: string): TranslationInput => {
    return {
      at,
      from: 'refusal',
      error: { type: 'invalid_request_error', code, message, param: 'audio', event_id: eventId },
    };
  };
  const audio = decodeBase64(event.audio);
  if (audio === null) return refuse('invalid_value', "Invalid 'audio': expected base64-encoded audio.");
  if (audio.byteLength > maxAppendBytes) {
    const message = `Invalid 'audio': audio too long. Expected at most ${maxAppendBytes} bytes, but got ${audio.byteLength} bytes instead.`;
    return refuse('string_above_max_length', message);
  }
  return { at, from: 'microphone', audio, eventId };
}
