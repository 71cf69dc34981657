import { type AudioFormatName, audioFormats, encodeBase64, encodeSamples } from '../audio/node/index.ts';
import { spokenQuestion } from '../audio/node/spoken-question.ts';

/** How much sound a frame holds, in milliseconds. */
export const frameMs = 40;

const { sampleRate } = audioFormats['audio/pcm'];
const frameSamples = (sampleRate * frameMs) / 1000;

/** What a user's microphone sends, ready to be sent. */
export interface Sound {
  /** One turn, a frame each; the speech ends where the last one does. */
  readonly speech: readonly string[];
  readonly silence: string;
}

/** A spoken question in 24 kHz PCM. */
export function userSound(): Sound {
  const samples = spokenQuestion(sampleRate);
  const frames = Math.ceil(samples.length / frameSamples);
  const speech = Array.from({ length: frames }, (_, index) => {
    const frame = new Int16Array(frameSamples);
    // Filled up in front, so that the end is known.
    const from = samples.length - (frames - index) * frameSamples;
    frame.set(samples.subarray(Math.max(0, from), from + frameSamples), Math.max(0, -from));
    return appendOf(frame);
  });
  return { speech, silence: appendOf(new Int16Array(frameSamples)) };
}

function appendOf(samples: Int16Array): string {
  const audio = encodeBase64(encodeSamples(samples, 'audio/pcm'));
  return JSON.stringify({ type: 'input_audio_buffer.append', audio });
}

/** How long the sound of a delta lasts, in milliseconds; found without decoding it. */
export function deltaMs(frame: string, format: AudioFormatName = 'audio/pcm'): number {
  const from = frame.indexOf('"delta":"') + 9;
  const to = frame.indexOf('"', from);
  if (from < 9 || to < 0) return 0;
  const padding = frame.endsWith('==', to) ? 2 : Number(frame[to - 1] === '=');
  const bytes = Math.floor(((to - from) * 3) / 4) - padding;
  return (bytes / audioFormats[format].bytesPerSample / audioFormats[format].sampleRate) * 1000;
}
