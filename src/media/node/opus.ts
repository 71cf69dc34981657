import {
  Application,
  createDecoder,
  createEncoder,
  type OpusDecoderHandle,
  type OpusEncoderHandle,
} from 'libopus-wasm';
import { type Codec, frameSamples, sampleRate } from '../codec.ts';
import { opusTicks } from '../opus-duration.ts';

/** Ticks of Opus' RTP clock for each of our samples (RFC 7587, section 4.1). */
const clockRate = 48_000;
const ticksPerSample = clockRate / sampleRate;
/** 120 ms, the longest that a packet may be. */
const maxFrameSamples = (sampleRate * 120) / 1000;

/** Speech at 32 kbit/s that can do without a packet here and there. */
const settings = {
  sampleRate,
  channels: 1,
  frameSize: frameSamples,
  application: Application.Voip,
  bitrate: 32_000,
  complexity: 5,
  fec: true,
  packetLossPercent: 5,
} as const;

/** Opus for one call, at 24 kHz mono whatever the other side sends: libopus converts by itself. Loaded on first use. */
export async function openOpus(): Promise<Codec> {
  const [decoder, encoder] = await Promise.all([
    createDecoder({ sampleRate, channels: 1, maxFrameSize: maxFrameSamples }),
    createEncoder(settings),
  ]);
  return new Opus(decoder, encoder);
}

class Opus implements Codec {
  readonly name = 'opus';
  readonly clockRate = clockRate;
  readonly #decoder: OpusDecoderHandle;
  readonly #encoder: OpusEncoderHandle;

  constructor(decoder: OpusDecoderHandle, encoder: OpusEncoderHandle) {
    this.#decoder = decoder;
    this.#encoder = encoder;
  }

  ticksOf(payload: Uint8Array): number {
    return opusTicks(payload);
  }

  decode(payload: Uint8Array): Int16Array {
    return this.#decoder.decode(payload);
  }

  conceal(ticks: number, following: Uint8Array | null): Int16Array {
    const frameSize = ticks / ticksPerSample;
    if (following === null) return this.#decoder.decodePacketLoss(frameSize);
    return this.#decoder.decode(following, { decodeFec: true, frameSize });
  }

  encode(frame: Int16Array): Uint8Array {
    return this.#encoder.encode(frame);
  }

  close(): void {
    this.#decoder.free();
    this.#encoder.free();
  }
}
