import { decodeBase64 } from '../../audio/node/index.ts';
import type { Input } from '../../core/input.ts';
import { mistakes } from '../../core/mistakes.ts';
import { defaultLimits } from '../../protocol/limits.ts';
import { parseClientEvent } from '../../protocol/parse.ts';
import type { ApiError, ClientEventMap, ResponseCreateParams } from '../../protocol/types.ts';
import { readText } from './long-append.ts';

type CreateItem = ClientEventMap['conversation.item.create'];
type Refused = Extract<Input, { from: 'refusal' }>;

/** Most audio that one append may bring, decoded: 15 MiB (behaviour §2.1). */
const maxAppendBytes = 15 * 1024 * 1024;

/**
 * A client's text frame as an input of the session: parsed, checked, and its audio decoded, so that no audio text enters
 * the core. What is wrong with it comes back as a refusal, never as a throw. `hasTrack`: sound comes by a track of its
 * own, and no frame may bring any (behaviour §7.2).
 */
export function admit(text: string, at: number, maxBytes: number, hasTrack = false): Input {
  const { parsed, audio } = readText(text, { ...defaultLimits, maxBytes }, parseClientEvent);
  if (!parsed.ok) return { at, from: 'refusal', error: parsed.error };
  const { event } = parsed;
  if (event.type === 'input_audio_buffer.append')
    return hasTrack ? besideTrack(event, at) : admitAudio(event, at, audio);
  if (event.type === 'response.create') return admitResponse(event, at);
  return event.type === 'conversation.item.create' ? admitItem(event, at) : { at, from: 'client', event };
}

/** What a binary frame is answered with (behaviour §8). */
export function refuseBinary(at: number): Refused {
  const message = 'Invalid event: expected a text message, binary messages are not supported.';
  return {
    at,
    from: 'refusal',
    error: { type: 'invalid_request_error', code: 'invalid_event', message, param: null, event_id: null },
  };
}

function besideTrack({ event_id }: { readonly event_id?: string }, at: number): Refused {
  return { at, from: 'refusal', error: { ...mistakes.appendBesideTrack(), event_id: event_id ?? null } };
}

/** Audio as it is appended, in a session of any kind: decoded, which it may be already, or refused. */
export function admitAudio(
  event: { readonly audio: string; readonly event_id?: string },
  at: number,
  audio: Uint8Array | null = decodeBase64(event.audio),
): Extract<Input, { from: 'microphone' }> | Refused {
  if (audio === null)
    return refuse(event, at, 'invalid_value', 'audio', "Invalid 'audio': expected base64-encoded audio.");
  if (audio.byteLength > maxAppendBytes) {
    const message = `Invalid 'audio': audio too long. Expected at most ${maxAppendBytes} bytes, but got ${audio.byteLength} bytes instead.`;
    return refuse(event, at, 'string_above_max_length', 'audio', message);
  }
  return { at, from: 'microphone', audio, eventId: event.event_id ?? null };
}

/** Audio that stands in `response.input` itself stays there, for the model; what is no base64 is refused. */
function admitResponse(event: ClientEventMap['response.create'], at: number): Input {
  for (const [index, item] of (event.response?.input ?? []).entries()) {
    const part = badAudio(item);
    if (part === null) continue;
    const param = `response.input[${index}].content[${part}].audio`;
    return refuse(event, at, 'invalid_value', param, `Invalid '${param}': expected base64-encoded audio.`);
  }
  return { at, from: 'client', event };
}

/** The first content part whose audio is no base64, or null. */
function badAudio(item: NonNullable<ResponseCreateParams['input']>[number]): number | null {
  if (item.type !== 'message' || item.role !== 'user') return null;
  const index = item.content.findIndex(({ audio }) => typeof audio === 'string' && decodeBase64(audio) === null);
  return index < 0 ? null : index;
}

function admitItem(event: CreateItem, at: number): Input {
  const { item } = event;
  if (item.type !== 'message' || item.role !== 'user') return { at, from: 'client', event };
  const audio: (Uint8Array | null)[] = [];
  for (const [index, part] of item.content.entries()) {
    const bytes = part.type === 'input_audio' && typeof part.audio === 'string' ? decodeBase64(part.audio) : undefined;
    if (bytes === null) {
      const param = `item.content[${index}].audio`;
      return refuse(event, at, 'invalid_value', param, `Invalid '${param}': expected base64-encoded audio.`);
    }
    audio.push(bytes ?? null);
  }
  return { at, from: 'client', event, audio };
}

function refuse(
  event: { readonly event_id?: string },
  at: number,
  code: string,
  param: string,
  message: string,
): Refused {
  const error: ApiError = { type: 'invalid_request_error', code, message, param, event_id: event.event_id ?? null };
  return { at, from: 'refusal', error };
}
