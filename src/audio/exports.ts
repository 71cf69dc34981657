/** Every public name that the entries share; each adds base64 as its platform does it best. */
export { type AudioFormatFacts, type AudioFormatName, audioFormats, decodeSamples, encodeSamples } from './format.ts';
export {
  alawToSample,
  alawToSamples,
  samplesToAlaw,
  samplesToUlaw,
  sampleToAlaw,
  sampleToUlaw,
  ulawToSample,
  ulawToSamples,
} from './g711.ts';
export { peakLevel, rmsLevel } from './level.ts';
export {
  bytesToSamples,
  float32ToInt16,
  int16ToFloat32,
  samplesToBytes,
  toMono,
  type WholeSamples,
  wholeSamples,
} from './pcm16.ts';
export { createResampler, type Resampler, type SampleKinds } from './resample.ts';
export { byteCount, bytesToExactMs, bytesToMs, msToBytes, msToSamples, sampleCount, samplesToMs } from './span.ts';
export { type ToneOptions, tone, toneMsPerCharacter } from './tone.ts';
export { readWav, type WavReading, writeWav } from './wav.ts';
export type { WavEncoding } from './wav-encoding.ts';
export { type WavFormat, type WavHead, type WavHeaderOptions, type WavProblem, wavHeader } from './wav-header.ts';
export { createWavReader, type WavReader } from './wav-stream.ts';
