import { writeSamples } from '../../audio/pcm16.ts';
import type { SessionPayload } from '../../protocol/events/index.ts';
import { ClientError } from '../errors.ts';
import type { AudioChunk } from '../session.ts';
import { encodeBase64, isBase64 } from './base64.ts';

/**
 * The sound as it goes over the wire.
 *
 * @throws {ClientError} `invalid_options` for samples in a session whose input is no PCM, and for what is no sound: floats,
 * samples of other sizes, lists of numbers, texts that are no base64
 */
export function base64Of(chunk: AudioChunk, config: SessionPayload | null): string {
  if (isBase64(chunk)) return chunk;
  if (isSamples(chunk)) {
    const format = config?.audio?.input?.format?.type ?? 'audio/pcm';
    if (format !== 'audio/pcm') throw refused(`The session's input is ${format}, and samples are PCM: send bytes.`);
    return encodeBase64(writeSamples(chunk));
  }
  const bytes = bytesOf(chunk);
  if (bytes !== null) return encodeBase64(bytes);
  throw refused(`Sound is bytes, an Int16Array of samples or base64, not ${kindOf(chunk)}.`);
}

/** The frame of base64, which has nothing that `JSON.stringify` would have to look for. */
export function appendFrame(base64: string): string {
  return `{"type":"input_audio_buffer.append","audio":"${base64}"}`;
}

/** The bytes as they stand in memory; null where they are something else than bytes. */
function bytesOf(chunk: unknown): Uint8Array | null {
  const kind = kindOf(chunk);
  if (ArrayBuffer.isView(chunk) && /^(Ui|I)nt8|^Data/.test(kind)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  return isBuffer(chunk) ? new Uint8Array(chunk) : null;
}

/** By name, which is the same in every frame and realm of a page. */
function isSamples(chunk: unknown): chunk is Int16Array {
  return kindOf(chunk) === 'Int16Array';
}

function isBuffer(chunk: unknown): chunk is ArrayBufferLike {
  return /^(Shared)?ArrayBuffer$/.test(kindOf(chunk));
}

function kindOf(chunk: unknown): string {
  return Object.prototype.toString.call(chunk).slice(8, -1);
}

function refused(message: string): ClientError {
  return new ClientError('invalid_options', { message });
}
