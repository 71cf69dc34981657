import { writeSamples } from '../audio/pcm16.ts';
import type { SessionPayload } from '../protocol/events/index.ts';
import { encodeBase64 } from './base64.ts';
import { ClientError } from './errors.ts';
import type { AudioChunk } from './session.ts';

/** The sound as it goes over the wire. @throws {ClientError} `invalid_options` for samples in a session whose input is no PCM */
export function base64Of(chunk: AudioChunk, config: SessionPayload | null): string {
  if (typeof chunk === 'string') return chunk;
  if (chunk instanceof Uint8Array) return encodeBase64(chunk);
  const format = config?.audio?.input?.format?.type ?? 'audio/pcm';
  if (format === 'audio/pcm') return encodeBase64(writeSamples(chunk));
  throw new ClientError('invalid_options', {
    message: `The session's input is ${format}, and samples are PCM: send bytes.`,
  });
}
