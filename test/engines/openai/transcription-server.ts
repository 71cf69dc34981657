import { createResampler, readWav, toMono, writeWav } from '../../../src/audio/node/index.ts';
import { type AnsweringServer, answeringServer, type Reply, type Request } from './answering-server.ts';
import { recognise } from './pocketsphinx.ts';

export interface TranscriptionServerOptions {
  /** What can be said: see `recognise`. */
  readonly grammar: readonly string[];
  /** Whether `stream` is honoured; a server that does not know it answers with JSON. Default true. */
  readonly streams?: boolean;
}

/** pocketsphinx behind `POST /v1/audio/transcriptions`, and `/v1/inference` as whisper.cpp has it. */
export function transcriptionServer({ grammar, streams = true }: TranscriptionServerOptions): Promise<AnsweringServer> {
  return answeringServer(async (request) => {
    const form = await formOf(request);
    const file = form.get('file');
    const reading = file instanceof File ? readWav(new Uint8Array(await file.arrayBuffer())) : null;
    if (reading === null || !reading.ok) return json({ error: { message: 'the file is no WAV file' } }, 400);
    const { sampleRate, channels } = reading.format;
    const samples = toMono(reading.samples, channels);
    const text = await recognise(forProgram(samples, sampleRate), grammar);
    const seconds = samples.length / sampleRate;
    if (streams && form.get('stream') === 'true') return { contentType: 'text/event-stream', pieces: events(text) };
    return answerAs(String(form.get('response_format')), text, seconds);
  });
}

/** The fields and the file of a request. */
export function formOf({ body, headers }: Request): Promise<FormData> {
  return new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
}

function answerAs(format: string, text: string, seconds: number): Reply {
  const usage = { type: 'duration', seconds: Math.ceil(seconds) };
  const segment = { id: 0, start: 0, end: seconds, text: ` ${text}` };
  switch (format) {
    case 'text':
      return { contentType: 'text/plain', pieces: [`${text}\n`] };
    case 'verbose_json':
      return json({ task: 'transcribe', language: 'english', duration: seconds, text, segments: [segment], usage });
    case 'diarized_json':
      return json({
        task: 'transcribe',
        duration: seconds,
        text,
        segments: [{ ...segment, type: 'transcript.text.segment', id: 'seg_0', speaker: 'A' }],
        usage,
      });
    default: {
      const tokens = { input_tokens: 14, input_token_details: { text_tokens: 0, audio_tokens: 14 } };
      return json({ text, usage: { type: 'tokens', ...tokens, output_tokens: 8, total_tokens: 22 } });
    }
  }
}

function* events(text: string): Generator<string> {
  for (const delta of text.match(/\S+\s*/g) ?? []) {
    yield `data: ${JSON.stringify({ type: 'transcript.text.delta', delta })}\n\n`;
  }
  const usage = { type: 'tokens', input_tokens: 14, output_tokens: 8, total_tokens: 22 };
  yield `data: ${JSON.stringify({ type: 'transcript.text.done', text, usage })}\n\n`;
}

function json(value: unknown, status = 200): Reply {
  return { status, contentType: 'application/json', pieces: [JSON.stringify(value)] };
}

/** The program listens at 16 kHz, and waits for silence around the words. */
function forProgram(samples: Int16Array, sampleRate: number): Uint8Array {
  const silence = new Int16Array(sampleRate * 0.3);
  const resampler = createResampler(sampleRate, 16_000);
  const parts = [silence, samples, silence].map((part) => resampler.push(part));
  return writeWav(Int16Array.from([...parts, resampler.flush()].flatMap((part) => [...part])), { sampleRate: 16_000 });
}
