import { createResampler, type Resampler, samplesToBytes, wavHeader } from '../../../src/audio/node/index.ts';
import { espeakVoice } from '../../../src/engines/index.ts';
import { type AnsweringServer, answeringServer } from './answering-server.ts';

export interface SpeechServerOptions {
  /** Of what is sent, in hertz. Default 24 000 for pcm, and what espeak-ng speaks at (22 050) for wav. */
  readonly sampleRate?: number;
  /** Two makes both channels of a WAV file the same. Default 1. */
  readonly channels?: 1 | 2;
  /** What the answer says that it is. Default audio/pcm or audio/wav. */
  readonly contentType?: string;
}

/** espeak-ng behind `POST /v1/audio/speech`, its sound as it is made; a WAV file comes without its length. */
export function speechServer(options: SpeechServerOptions = {}): Promise<AnsweringServer> {
  return answeringServer(({ body }) => {
    const asked: Record<string, unknown> = JSON.parse(body.toString('utf8'));
    const { input, voice = 'alloy', speed = 1, response_format: format = 'mp3', stream_format: stream } = asked;
    if (typeof input !== 'string' || typeof voice !== 'string' || typeof speed !== 'number') {
      const message = 'input, voice and speed make no request';
      return { status: 400, contentType: 'application/json', pieces: [JSON.stringify({ error: { message } })] };
    }
    const bytes = format === 'wav' ? wavBytes : pcmBytes;
    const pieces = bytes(input, { voice, speed }, options);
    const contentType = options.contentType ?? (format === 'wav' ? 'audio/wav' : 'audio/pcm');
    return stream === 'sse' ? { contentType: 'text/event-stream', pieces: events(pieces) } : { contentType, pieces };
  });
}

interface Manner {
  readonly voice: string;
  readonly speed: number;
}

async function* pcmBytes(text: string, manner: Manner, { sampleRate = 24_000 }: SpeechServerOptions) {
  let resampler: Resampler<Int16Array> | null = null;
  for await (const sound of spoken(text, manner)) {
    resampler ??= createResampler(sound.sampleRate, sampleRate);
    yield samplesToBytes(resampler.push(sound.samples));
  }
  if (resampler !== null) yield samplesToBytes(resampler.flush());
}

async function* wavBytes(text: string, manner: Manner, { channels = 1 }: SpeechServerOptions) {
  let hasHeader = false;
  for await (const { samples, sampleRate } of spoken(text, manner)) {
    if (!hasHeader) yield wavHeader({ sampleRate, channels });
    hasHeader = true;
    yield samplesToBytes(
      Int16Array.from({ length: samples.length * channels }, (_, i) => samples[Math.floor(i / channels)] ?? 0),
    );
  }
}

async function* events(pieces: AsyncIterable<Uint8Array>) {
  for await (const bytes of pieces) {
    const audio = Buffer.from(bytes).toString('base64');
    yield `data: ${JSON.stringify({ type: 'speech.audio.delta', audio })}\n\n`;
  }
  yield `data: ${JSON.stringify({ type: 'speech.audio.done', usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } })}\n\n`;
}

function spoken(text: string, manner: Manner) {
  return espeakVoice().speak(text, { ...manner, signal: new AbortController().signal });
}
