import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { rtpHeadBytes } from '../../media/rtp.ts';
import type { Seal, Unseal } from '../rtp/port.ts';

/** SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711), which is what telephones speak. */

const keyBytes = 16;
const saltBytes = 14;
const authBytes = 20;
const tagBytes = 10;
/** Of SRTCP: before what is hidden, and the number behind it. */
const reportHeadBytes = 8;
const indexBytes = 4;
/** The uses that keys are derived for (section 4.3.2). */
const labels = { sound: 0, control: 3 } as const;
/** Numbers behind the newest that are remembered. */
const window = 128;
/** Sources of one key that are remembered. */
const maxSources = 16;

/** What hides packets of one kind, and what vouches for them. */
interface SessionKeys {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
  readonly auth: Uint8Array;
}

/** What a packet is told apart by. */
interface Numbered {
  readonly ssrc: number;
  readonly index: number;
}

/** The keys of a use, from a master key and salt of 30 bytes in all (section 4.3.1, without rate). */
export function sessionKeys(secret: Uint8Array, use: keyof typeof labels): SessionKeys {
  const label = labels[use];
  const [master, salt] = [secret.subarray(0, keyBytes), secret.subarray(keyBytes, keyBytes + saltBytes)];
  const derive = (offset: number, bytes: number): Uint8Array => {
    const block = Buffer.alloc(keyBytes);
    block.set(salt);
    block[7] = (block[7] ?? 0) ^ (label + offset);
    return createCipheriv('aes-128-ctr', master, block).update(Buffer.alloc(bytes));
  };
  return { key: derive(0, keyBytes), auth: derive(1, authBytes), salt: derive(2, saltBytes) };
}

/** Hides, or shows again, what follows the head of a packet with this number (section 4.1.1). */
export function crypted({ key, salt }: SessionKeys, { ssrc, index }: Numbered, bytes: Uint8Array): Uint8Array {
  const block = Buffer.alloc(keyBytes);
  block.writeUInt32BE(ssrc, 4);
  block.writeUIntBE(index, 8, 6);
  for (let at = 0; at < saltBytes; at++) block[at] = (block[at] ?? 0) ^ (salt[at] ?? 0);
  return createCipheriv('aes-128-ctr', key, block).update(bytes);
}

function tagOf({ auth }: SessionKeys, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha1', auth);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, tagBytes);
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Protects what one source sends. */
export function sealOf(secret: Uint8Array): Seal {
  const [sound, control] = [sessionKeys(secret, 'sound'), sessionKeys(secret, 'control')];
  let rounds = 0;
  let newest = -1;
  let reports = 0;
  return {
    sound(packet) {
      const view = viewOf(packet);
      const sequence = view.getUint16(2);
      if (sequence < newest) rounds += 1;
      newest = sequence;
      const head = packet.subarray(0, rtpHeadBytes(packet) ?? packet.length);
      const hidden = crypted(
        sound,
        { ssrc: view.getUint32(8), index: rounds * 2 ** 16 + sequence },
        packet.subarray(head.length),
      );
      return Buffer.concat([head, hidden, tagOf(sound, head, hidden, word(rounds))]);
    },
    control(packet) {
      reports += 1;
      const head = packet.subarray(0, reportHeadBytes);
      const hidden = crypted(
        control,
        { ssrc: viewOf(packet).getUint32(4), index: reports },
        packet.subarray(reportHeadBytes),
      );
      const index = word(2 ** 31 + reports);
      return Buffer.concat([head, hidden, index, tagOf(control, head, hidden, index)]);
    },
  };
}

/** Numbers that have come, of one source. */
class Numbers {
  newest = -1;
  /** Each at its place in the window. */
  readonly #known = new Float64Array(window).fill(-1);

  /** It has come before, or is too old to tell. */
  has(index: number): boolean {
    return index <= this.newest - window || this.#known[index % window] === index;
  }

  add(index: number): void {
    this.#known[index % window] = index;
    this.newest = Math.max(this.newest, index);
  }
}

class Sources {
  readonly #all = new Map<number, Numbers>();

  of(ssrc: number): Numbers {
    return this.#all.get(ssrc) ?? new Numbers();
  }

  /** A packet of this source was genuine. */
  add(ssrc: number, numbers: Numbers, index: number): void {
    numbers.add(index);
    this.#all.set(ssrc, numbers);
    for (const oldest of this.#all.keys()) {
      if (this.#all.size <= maxSources) return;
      this.#all.delete(oldest);
    }
  }
}

/** Checks what the other side sends, whatever sources it has. */
export function unsealOf(secret: Uint8Array): Unseal {
  const [sound, control] = [sessionKeys(secret, 'sound'), sessionKeys(secret, 'control')];
  const [packets, reports] = [new Sources(), new Sources()];
  return {
    sound(packet) {
      const end = packet.length - tagBytes;
      const start = end < 0 ? null : rtpHeadBytes(packet.subarray(0, end));
      if (start === null) return null;
      const view = viewOf(packet);
      const ssrc = view.getUint32(8);
      const numbers = packets.of(ssrc);
      const index = indexOf(view.getUint16(2), numbers.newest);
      const sealed = packet.subarray(0, end);
      const tag = tagOf(sound, sealed, word(Math.floor(index / 2 ** 16)));
      if (numbers.has(index) || !timingSafeEqual(tag, packet.subarray(end))) return null;
      packets.add(ssrc, numbers, index);
      return Buffer.concat([packet.subarray(0, start), crypted(sound, { ssrc, index }, packet.subarray(start, end))]);
    },
    control(packet) {
      const end = packet.length - tagBytes - indexBytes;
      if (end < reportHeadBytes) return null;
      const view = viewOf(packet);
      const [ssrc, number] = [view.getUint32(4), view.getUint32(end)];
      const [index, isHidden] = [number % 2 ** 31, number >= 2 ** 31];
      const numbers = reports.of(ssrc);
      const tag = tagOf(control, packet.subarray(0, end + indexBytes));
      if (numbers.has(index) || !timingSafeEqual(tag, packet.subarray(end + indexBytes))) return null;
      reports.add(ssrc, numbers, index);
      const [head, rest] = [packet.subarray(0, reportHeadBytes), packet.subarray(reportHeadBytes, end)];
      return Buffer.concat([head, isHidden ? crypted(control, { ssrc, index }, rest) : rest]);
    },
  };
}

/** The number of a packet with the rounds before it: the one nearest to the newest (section 3.3.1). */
function indexOf(sequence: number, newest: number): number {
  if (newest < 0) return sequence;
  const round = Math.floor(newest / 2 ** 16);
  const near = [round - 1, round, round + 1].map((each) => each * 2 ** 16 + sequence).filter((each) => each >= 0);
  return near.reduce((best, each) => (Math.abs(each - newest) < Math.abs(best - newest) ? each : best));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
