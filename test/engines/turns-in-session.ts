import {
  type AudioFormatName,
  audioFormats,
  decodeBase64,
  encodeBase64,
  encodeSamples,
} from '../../src/audio/node/index.ts';
import type { Model, Vad } from '../../src/engines/index.ts';
import { openWith } from '../mcp/memory-session.ts';
import type { Span } from './turn-rule.ts';

/** A turn as a client is told of it: where it begins, with its padding, and ends, with its silence. */
export interface ToldTurn extends Span {
  /** The length of the item that was committed. */
  readonly committedMs: number;
}

/** What a client sets under `turn_detection`. */
export interface Settings {
  readonly threshold: number;
  readonly prefix_padding_ms: number;
  readonly silence_duration_ms: number;
}

const appendMs = 100;

/** The turns that a whole session finds: a client appends the sound in its format and reads the events. */
export function turnsInSession(
  vad: Vad,
  samples: Int16Array,
  format: AudioFormatName,
  settings: Settings,
): readonly ToldTurn[] {
  const { sampleRate, bytesPerSample } = audioFormats[format];
  const session = openWith(listener(vad), {});
  const turnDetection = { type: 'server_vad', ...settings, create_response: false };
  const input = { format: formatOf(format), turn_detection: turnDetection };
  session.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
  const piece = (sampleRate * appendMs) / 1000;
  for (let from = 0; from < samples.length; from += piece) {
    const audio = encodeBase64(encodeSamples(samples.subarray(from, from + piece), format));
    session.send({ type: 'input_audio_buffer.append', audio });
  }
  const starts = session.events.filter((event) => event.type === 'input_audio_buffer.speech_started');
  const stops = session.events.filter((event) => event.type === 'input_audio_buffer.speech_stopped');
  for (const { item_id } of stops) session.send({ type: 'conversation.item.retrieve', item_id });
  const bytes = session.events.flatMap((event) =>
    event.type === 'conversation.item.retrieved' && event.item.type === 'message'
      ? [audioBytes(event.item.content[0])]
      : [],
  );
  void session.close();
  return starts.map(({ audio_start_ms }, turn) => ({
    startMs: audio_start_ms,
    endMs: stops[turn]?.audio_end_ms ?? Infinity,
    committedMs: ((bytes[turn] ?? NaN) / bytesPerSample / sampleRate) * 1000,
  }));
}

/** A model that only listens. */
function listener(vad: Vad): Model {
  return {
    open: () => ({ transcribesFirst: false, vad, respond: () => [], transcribe: () => [], close: () => {} }),
  };
}

function formatOf(format: AudioFormatName): object {
  return format === 'audio/pcm' ? { type: format, rate: 24_000 } : { type: format };
}

function audioBytes(part: object | undefined): number {
  const audio = part !== undefined && 'audio' in part && typeof part.audio === 'string' ? part.audio : '';
  return decodeBase64(audio)?.length ?? 0;
}
