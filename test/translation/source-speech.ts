import type { SourceSpeech } from '../../src/engines/index.ts';

/** 1.23 s of a ramp at 24 kHz, to be put into English. */
export const speech: SourceSpeech = {
  utteranceId: 0,
  language: 'en',
  transcription: null,
  noiseReduction: null,
  audioMs: 1230,
  sound: { samples: Int16Array.from({ length: 29_520 }, (_, index) => index), sampleRate: 24_000 },
};
