import { modelsThatSayItAtOnce, streamsWhileHeard } from '../defaults.ts';
import type { SessionConfig, StreamingSpeech, TranscriptAsked } from '../session.ts';
import type { StreamingRequest } from './transcriber-input.ts';

/** How the client is told of words that are asked for now. */
export function transcriptAsked(
  { audio, include }: SessionConfig,
  itemId: string,
): TranscriptAsked & Pick<StreamingSpeech, 'streams'> {
  const { transcription } = audio.input;
  const model = transcription?.model ?? '';
  return {
    itemId,
    announced: transcription !== null,
    withLogprobs: include?.includes('item.input_audio_transcription.logprobs') ?? false,
    atOnce: modelsThatSayItAtOnce.includes(model),
    streams: streamsWhileHeard(model),
  };
}

/** What a transcriber is told of speech, whole or not. */
export function transcriptionRequest({ audio }: SessionConfig, itemId: string): StreamingRequest {
  const { transcription } = audio.input;
  return {
    itemId,
    model: transcription?.model ?? null,
    language: transcription?.language ?? null,
    prompt: transcription?.prompt ?? null,
    keywords: transcription?.keywords ?? null,
    languages: transcription?.languages ?? null,
    delay: transcription?.delay ?? null,
  };
}
