import {
  type AudioFormatName,
  audioFormats,
  createResampler,
  decodeSamples,
  encodeSamples,
} from '../../audio/node/index.ts';
import type { Coding } from '../../media/media.ts';
import { createSpeechEncoder } from './speech-encoder.ts';

/** Brings the sound of a call to the input format of its session, piece by piece. */
export type Microphone<Sound> = (sound: Sound) => Uint8Array;

/** Brings one part of what a model says to the sound of the call. */
export interface Speech<Sound> {
  push(audio: Uint8Array): Sound;
  /** What is left at the end of the part. */
  flush(): Sound;
}

/** Between the formats of a session and the sound of its call. */
export interface SoundWay<Sound> {
  /** Memory that a sample takes of the 24,000 in a second. */
  readonly bytesPerSample: number;
  microphone(format: AudioFormatName): Microphone<Sound>;
  speech(format: AudioFormatName): Speech<Sound>;
}

const sampleRate = 24_000;
const codedRate = 8_000;

/** Calls whose sound is 24 kHz mono on our side. */
export const samplesWay: SoundWay<Int16Array> = {
  bytesPerSample: Int16Array.BYTES_PER_ELEMENT,
  microphone(format) {
    const encoder = createSpeechEncoder(format);
    return (samples) => encoder.encode({ samples, sampleRate });
  },
  speech(format) {
    const resampler = createResampler(audioFormats[format].sampleRate, sampleRate);
    return {
      push: (audio) => resampler.push(decodeSamples(audio, format)),
      flush: () => resampler.flush(),
    };
  },
};

const nothing = new Uint8Array();

/** Calls whose sound is G.711: where the session speaks the same, its bytes pass as they are. */
export function codedWay(coding: Coding): SoundWay<Uint8Array> {
  return {
    bytesPerSample: codedRate / sampleRate,
    microphone(format) {
      if (format === coding) return (sound) => sound;
      const encoder = createSpeechEncoder(format);
      return (sound) => encoder.encode({ samples: decodeSamples(sound, coding), sampleRate: codedRate });
    },
    speech(format) {
      if (format === coding) return { push: (audio) => audio, flush: () => nothing };
      const encoder = createSpeechEncoder(coding);
      const { sampleRate: given } = audioFormats[format];
      let [said, made] = [0, 0];
      return {
        push(audio) {
          const samples = decodeSamples(audio, format);
          const sound = encoder.encode({ samples, sampleRate: given });
          said += samples.length;
          made += sound.length;
          return sound;
        },
        flush() {
          const rest = encoder.flush();
          // All of a part has been heard once as much was played as was said, so that it must not come out shorter.
          const lacking = Math.ceil((said * codedRate) / given) - made - rest.length;
          [said, made] = [0, 0];
          return lacking > 0 ? Buffer.concat([rest, encodeSamples(new Int16Array(lacking), coding)]) : rest;
        },
      };
    },
  };
}
