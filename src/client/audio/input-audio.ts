import { writeSamples } from '../../audio/pcm16.ts';
import type { SessionPayload } from '../../protocol/events/index.ts';
import { invalid } from '../errors.ts';
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
  // By name, which is the same in every frame and realm of a page.
  const kind = Object.prototype.toString.call(chunk).slice(8, -1);
  if (isSamples(chunk, kind)) {
    const format = config?.audio?.input?.format?.type ?? 'audio/pcm';
    if (format !== 'audio/pcm') throw invalid(`Input in ${format} is sent as bytes, not samples.`);
    return encodeBase64(writeSamples(chunk));
  }
  if (ArrayBuffer.isView(chunk) && /^(Ui|I)nt8|^Data/.test(kind)) {
    return encodeBase64(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  if (isBuffer(chunk, kind)) return encodeBase64(new Uint8Array(chunk));
  throw invalid(`Sound is bytes, 16-bit samples or base64, not ${kind}.`);
}

/** The frame of base64, which has nothing that `JSON.stringify` would have to look for. */
export function appendFrame(base64: string): string {
  return `{"type":"input_audio_buffer.append","audio":"${base64}"}`;
}

function isSamples(_chunk: unknown, kind: string): _chunk is Int16Array {
  return kind === 'Int16Array';
}

function isBuffer(_chunk: unknown, kind: string): _chunk is ArrayBufferLike {
  return /^(Shared)?ArrayBuffer$/.test(kind);
}
