import { createResampler, decodeSamples } from '../../audio/node/index.ts';
import type { Coding } from '../../media/media.ts';

/** How the sound of a call becomes that of its recording, which is PCM of 24 kHz. */
export interface RecordedForm<Sound> {
  /** The length of so many samples of the recording. */
  lengthOf(samples: number): number;
  /** A part of a sound, which may share its memory. */
  cut(sound: Sound, from: number, to?: number): Sound;
  /** One stretch of sound, in pieces. */
  stream(): { push(sound: Sound): Int16Array; flush(): Int16Array };
}

const sampleRate = 24_000;
const codedRate = 8_000;
const nothing = new Int16Array();

/** Sound that is recorded as it is. */
export const samplesForm: RecordedForm<Int16Array> = {
  lengthOf: (samples) => samples,
  cut: (sound, from, to) => sound.subarray(from, to),
  stream: () => ({ push: (sound) => sound.slice(), flush: () => nothing }),
};

/** Sound of telephones. */
export function codedForm(coding: Coding): RecordedForm<Uint8Array> {
  return {
    lengthOf: (samples) => (samples * codedRate) / sampleRate,
    cut: (sound, from, to) => sound.subarray(from, to),
    stream() {
      const resampler = createResampler(codedRate, sampleRate);
      return {
        push: (sound) => resampler.push(decodeSamples(sound, coding)),
        flush: () => resampler.flush(),
      };
    },
  };
}
