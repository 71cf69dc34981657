import type { TranslationInput } from '../../core/translation/input.ts';
import { defaultLimits } from '../../protocol/limits.ts';
import { parseTranslationClientEvent } from '../../protocol/parse.ts';
import { admitAudio } from '../session/client-frame.ts';
import { readText } from '../session/long-append.ts';

/**
 * A client's text frame as an input of a translation session: parsed, checked, and its audio decoded, so that no audio
 * text enters the core. What is wrong with it comes back as a refusal, never as a throw.
 */
export function admitTranslation(text: string, at: number, maxBytes: number): TranslationInput {
  const { parsed, audio } = readText(text, { ...defaultLimits, maxBytes }, parseTranslationClientEvent);
  if (!parsed.ok) return { at, from: 'refusal', error: parsed.error };
  const { event } = parsed;
  if (event.type === 'session.input_audio_buffer.append') return admitAudio(event, at, audio);
  return { at, from: 'client', event };
}
