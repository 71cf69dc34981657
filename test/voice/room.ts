import { createResampler } from '../../src/audio/node/index.ts';
import type { Sound, Transcriber } from '../../src/engines/index.ts';

const sampleRate = 16_000;
const hissLevel = 20;

/**
 * A sound as it is in a room: at 16 kHz, with a faint hiss (-64 dB). The recogniser knows only rooms, and loses its way
 * where there is nothing at all above what a telephone carries.
 */
export function inRoom(sound: Sound): Sound {
  const resampler = createResampler(sound.sampleRate, sampleRate);
  const parts = [resampler.push(sound.samples), resampler.flush()].flatMap((part) => [...part]);
  return { samples: Int16Array.from(parts, (sample, index) => sample + hiss(index)), sampleRate };
}

/** The same at every run: the top bits of a scrambled index. */
function hiss(index: number): number {
  const scrambled = Math.imul(Math.imul(index + 1, 0x9e3779b1) ^ (index >>> 3), 0x85ebca6b) >>> 16;
  return Math.round((scrambled / 0x8000 - 1) * hissLevel);
}

/** A transcriber in a room. */
export function transcriberInRoom(transcriber: Transcriber): Transcriber {
  return {
    transcribe(utterance, signal) {
      const { sound } = utterance;
      return transcriber.transcribe({ ...utterance, sound: sound === null ? null : inRoom(sound) }, signal);
    },
  };
}
