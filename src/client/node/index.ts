/** Sound as streams of bytes, for programs that record and play. */
export type { PlayedSound, SoundKey } from '../../audio/played-items.ts';
export { type PcmSink, type PcmSinkOptions, pcmSink } from './pcm-sink.ts';
export { type PcmSourceOptions, pcmSource, WavError } from './pcm-source.ts';
