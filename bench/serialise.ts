import { appendFrame } from '../src/client/audio/input-audio.ts';
import { ContentEventBuilder, ServerEvent, serializeServerEvent } from '../src/protocol/events/index.ts';
import { ratio } from './measure.ts';

const WORDS = [' hello', ' the', ' weather', ' in', ' Paris', ' is', ' nice', ', today', '.', ' "quoted"'];
const SESSIONS = 200;

/** One of many sessions that speak at the same time: every delta of the bench is another session's turn. */
interface Speaker {
  readonly responseId: string;
  readonly itemId: string;
  readonly builder: ContentEventBuilder;
}

/** Building and serialising an event against `JSON.stringify` of an equal literal. */
export async function run(): Promise<void> {
  const text = next(WORDS);
  deltas('text delta, one session', 'response.output_text.delta', 1, text);
  deltas(`text delta, ${SESSIONS} sessions in turn`, 'response.output_text.delta', SESSIONS, text);
  deltas('text delta with obfuscation', 'response.output_text.delta', 1, text, 'aB3dE6gH9j');
  deltas('transcript delta', 'response.output_audio_transcript.delta', 1, text);
  deltas('audio delta, 20 ms', 'response.output_audio.delta', 1, next(sounds(20)));
  deltas('audio delta, 200 ms', 'response.output_audio.delta', 1, next(sounds(200)));
  deltas(`audio delta, 20 ms, ${SESSIONS} sessions in turn`, 'response.output_audio.delta', SESSIONS, next(sounds(20)));
  responseDone();
  append(20);
  append(85);
  append(200);
}

type DeltaType =
  | 'response.output_text.delta'
  | 'response.output_audio.delta'
  | 'response.output_audio_transcript.delta';

function deltas(name: string, type: DeltaType, sessions: number, delta: () => string, obfuscation?: string): void {
  const eventId = next(Array.from({ length: 1024 }, (_, index) => `event_C1a2b3c4d5e6f7g8h9${1000 + index}`));
  const speaker = next(Array.from({ length: sessions }, (_, index) => speakerOf(index)));
  const build = {
    'response.output_text.delta': () => speaker().builder.outputTextDelta(eventId(), delta(), obfuscation),
    'response.output_audio.delta': () => speaker().builder.outputAudioDelta(eventId(), delta()),
    'response.output_audio_transcript.delta': () =>
      speaker().builder.outputAudioTranscriptDelta(eventId(), delta(), obfuscation),
  }[type];
  ratio(
    name,
    () => serializeServerEvent(build()),
    () => {
      const { responseId: response_id, itemId: item_id } = speaker();
      const event_id = eventId();
      return JSON.stringify(
        obfuscation === undefined
          ? { type, event_id, response_id, item_id, output_index: 0, content_index: 0, delta: delta() }
          : { type, event_id, response_id, item_id, output_index: 0, content_index: 0, delta: delta(), obfuscation },
      );
    },
  );
}

/** A client's sound against `JSON.stringify` of the same event. */
function append(milliseconds: number): void {
  const audio = next(sounds(milliseconds));
  const name = `append of ${milliseconds} ms, ${milliseconds * 48} bytes`;
  ratio(
    name,
    () => appendFrame(audio()),
    () => JSON.stringify({ type: 'input_audio_buffer.append', audio: audio() }),
  );
}

function responseDone(): void {
  const id = 'resp_C1a2b3c4d5e6f7g8h9i0j';
  const response = () => ({
    id,
    object: 'realtime.response' as const,
    status: 'completed' as const,
    output: [
      {
        id: 'item_C1a2b3c4d5e6f7g8h9i0j',
        type: 'message' as const,
        role: 'assistant' as const,
        status: 'completed' as const,
        content: [{ type: 'output_audio' as const, transcript: 'The weather in Paris is nice today.' }],
      },
    ],
    usage: { total_tokens: 300, input_tokens: 200, output_tokens: 100 },
    metadata: null,
  });
  ratio(
    'response.done',
    () => serializeServerEvent(ServerEvent.responseDone('event_C1a2b3c4d5e6f7g8h9i0j', response())),
    () => JSON.stringify({ type: 'response.done', event_id: 'event_C1a2b3c4d5e6f7g8h9i0j', response: response() }),
  );
}

function speakerOf(index: number): Speaker {
  const responseId = `resp_C1a2b3c4d5e6f7g8h9${1000 + index}`;
  const itemId = `item_C1a2b3c4d5e6f7g8h9${1000 + index}`;
  return { responseId, itemId, builder: new ContentEventBuilder(responseId, itemId, 0, 0) };
}

/** Base64 of different stretches of 24 kHz 16-bit sound. */
function sounds(milliseconds: number): readonly string[] {
  const bytes = (milliseconds * 24_000 * 2) / 1000;
  return Array.from({ length: 32 }, (_, seed) =>
    Buffer.from(Uint8Array.from({ length: bytes }, (_unused, at) => (at * 31 + seed * 7) ^ (at >> 3))).toString(
      'base64',
    ),
  );
}

/** Hands out the values in turn, for ever. */
function next<T>(values: readonly T[]): () => T {
  let at = -1;
  return () => {
    at = (at + 1) % values.length;
    const value = values[at];
    if (value === undefined) throw new Error('There is nothing to hand out.');
    return value;
  };
}
