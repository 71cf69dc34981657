import { createFramer, type Framer } from '../audio/framer.ts';
import { rmsLevel } from '../audio/level.ts';

/** Samples per second of the sound on our side of every codec. */
export const sampleRate = 24_000;

/** How long one packet's sound is, in milliseconds, and in samples on our side. */
export const frameMs = 20;
export const frameSamples = (sampleRate * frameMs) / 1000;

/** Payloads in order become sound: 24 kHz mono, unless it says otherwise. Keeps what it heard between payloads. */
export interface FrameDecoder<Sound = Int16Array> {
  /** How long a payload lasts, in ticks of the codec's RTP clock; 0 for what can't be one. */
  ticksOf(payload: Uint8Array): number;
  /** The sound of the next payload. Throws for what is no payload of this codec. */
  decode(payload: Uint8Array): Sound;
  /** Sound for a payload that never came: from what the one after it tells of it, where it is there, else made up. */
  conceal(ticks: number, following: Uint8Array | null): Sound;
}

/** Frames of 20 ms become payloads. */
export interface FrameEncoder<Sound = Int16Array> {
  encode(frame: Sound): Uint8Array;
}

/** What frames of sound are made of. */
export interface FrameForm<Sound> {
  /** Cuts sound into frames of 20 ms. */
  framer(): Framer<Sound>;
  /** A frame in which nothing is heard. */
  silence(): Sound;
  /** How loud it is, in dBFS. */
  level(sound: Sound): number;
}

/** Frames of 24 kHz mono. */
export const sampleFrames: FrameForm<Int16Array> = {
  framer: () => createFramer(frameSamples),
  silence: () => new Int16Array(frameSamples),
  level: rmsLevel,
};

/** A way to send sound over RTP, for one call: both directions keep what they need between frames. */
export interface Codec extends FrameDecoder, FrameEncoder {
  /** As SDP names it: `opus`, `PCMU`, `PCMA`. */
  readonly name: string;
  /** Ticks per second of its RTP timestamps. For Opus 48,000, whatever the sound (RFC 7587, section 4.1). */
  readonly clockRate: number;
  /** Frees what the codec holds. */
  close(): void;
}
