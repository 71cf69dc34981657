import { type FrameEncoder, frameMs } from './codec.ts';
import { buildRtp } from './rtp.ts';

export interface SenderOptions<Sound = Int16Array> {
  readonly codec: FrameEncoder<Sound> & { readonly clockRate: number };
  /** As agreed upon in SDP. */
  readonly payloadType: number;
  readonly ssrc: number;
  /** Where numbers and times begin: at random, so that nobody can guess them (RFC 3550, section 5.1). */
  readonly sequence: number;
  readonly timestamp: number;
}

/** The sound of one call as it is sent: each frame becomes one packet, 20 ms after the one before. */
export class Sender<Sound = Int16Array> {
  readonly #options: SenderOptions<Sound>;
  readonly #ticks: number;
  #sent = 0;
  /** Frames that passed without a packet. */
  #skipped = 0;
  #bytes = 0;

  constructor(options: SenderOptions<Sound>) {
    this.#options = options;
    this.#ticks = (options.codec.clockRate * frameMs) / 1000;
  }

  /** So many frames pass without a packet: the next one says that it is later. */
  skip(frames: number): void {
    this.#skipped += frames;
  }

  /** What was sent so far: packets, and the bytes of their payloads. */
  get sent(): { readonly packets: number; readonly bytes: number } {
    return { packets: this.#sent, bytes: this.#bytes };
  }

  /** When the next packet is, in ticks of the codec's clock. */
  get timestamp(): number {
    return (this.#options.timestamp + (this.#sent + this.#skipped) * this.#ticks) % 2 ** 32;
  }

  /** `payloadType`: another than was agreed upon first. */
  packet(frame: Sound, payloadType = this.#options.payloadType): Uint8Array {
    const { codec, ssrc, sequence } = this.#options;
    const { timestamp } = this;
    const payload = codec.encode(frame);
    const nth = this.#sent;
    this.#sent += 1;
    this.#bytes += payload.byteLength;
    return buildRtp({
      payloadType,
      marker: nth === 0,
      sequence: (sequence + nth) % 2 ** 16,
      timestamp,
      ssrc,
      payload,
    });
  }
}
