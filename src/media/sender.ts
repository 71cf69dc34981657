import { type Codec, frameMs } from './codec.ts';
import { buildRtp } from './rtp.ts';

export interface SenderOptions {
  readonly codec: Codec;
  /** As agreed upon in SDP. */
  readonly payloadType: number;
  readonly ssrc: number;
  /** Where numbers and times begin: at random, so that nobody can guess them (RFC 3550, section 5.1). */
  readonly sequence: number;
  readonly timestamp: number;
}

/** The sound of one call as it is sent: each frame of 24 kHz mono becomes one packet, 20 ms after the one before. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #ticks: number;
  #sent = 0;
  /** Frames that passed without a packet. */
  #skipped = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#ticks = (options.codec.clockRate * frameMs) / 1000;
  }

  /** So many frames pass without a packet: the next one says that it is later. */
  skip(frames: number): void {
    this.#skipped += frames;
  }

  packet(frame: Int16Array): Uint8Array {
    const { codec, payloadType, ssrc, sequence, timestamp } = this.#options;
    const nth = this.#sent;
    this.#sent += 1;
    return buildRtp({
      payloadType,
      marker: nth === 0,
      sequence: (sequence + nth) % 2 ** 16,
      timestamp: (timestamp + (nth + this.#skipped) * this.#ticks) % 2 ** 32,
      ssrc,
      payload: codec.encode(frame),
    });
  }
}
