import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** The header by which a request says that a node of the same endpoint has passed it on. */
export const forwardHeader = 'x-antiphon-forward';
/** The header that tells where such a request came from at first. */
export const addressHeader = 'x-antiphon-client-address';

/** What a seal stands for: it is good for this request alone. */
export interface Sealed {
  readonly method: string;
  /** The request target: path and query. */
  readonly target: string;
  /** The address of whoever asked at first. */
  readonly address: string;
}

export interface SealsOptions {
  /** The name of this node. */
  readonly name: string;
  /** What the nodes share and nobody else knows. */
  readonly key: Uint8Array;
  readonly clock: Pick<Clock, 'now'>;
}

/** How far the clocks of two nodes may be apart, together with the way, in milliseconds. */
export const sealMs = 30_000;
/** Seals that are kept to know them again; only those who share the key can make one. */
const mostKept = 100_000;
const shape = /^([0-9a-f]{6})\.(\d{1,16})\.([0-9a-f]{64})$/;

/** Seals of the requests that nodes pass on to each other: `<node>.<ms>.<hmac>`. Each is good once, and for a short while. */
export class Seals {
  readonly #options: SealsOptions;
  /** Those that were taken, with the time after which they are refused as too old; in the order taken. */
  readonly #taken = new Map<string, number>();
  #lastAt = 0;

  constructor(options: SealsOptions) {
    this.#options = options;
  }

  /** A seal for a request that this node passes on. No two have the same time. */
  seal(sealed: Sealed): string {
    const { name, clock } = this.#options;
    this.#lastAt = Math.max(clock.now(), this.#lastAt + 1);
    const begin = `${name}.${this.#lastAt}`;
    return `${begin}.${this.#digest(begin, sealed).toString('hex')}`;
  }

  /** The node that has passed the request on; null where the seal is none, of another request, stale, or has come before. */
  open(seal: string, sealed: Sealed): string | null {
    const [, node = '', at = '', digest = ''] = shape.exec(seal) ?? [];
    const begin = `${node}.${at}`;
    if (!timingSafeEqual(this.#digest(begin, sealed), digestFrom(digest))) return null;
    const now = this.#options.clock.now();
    if (Math.abs(now - Number(at)) > sealMs) return null;
    return this.#isFirst(begin, Number(at), now) ? node : null;
  }

  #isFirst(begin: string, at: number, now: number): boolean {
    for (const [taken, until] of this.#taken) {
      if (until >= now && this.#taken.size < mostKept) break;
      this.#taken.delete(taken);
    }
    if (this.#taken.has(begin)) return false;
    this.#taken.set(begin, at + sealMs);
    return true;
  }

  #digest(begin: string, { method, target, address }: Sealed): Buffer {
    return createHmac('sha256', this.#options.key).update([begin, method, target, address].join('\n')).digest();
  }
}

/** As many bytes as a digest has, whatever the text. */
function digestFrom(text: string): Buffer {
  const digest = Buffer.alloc(32);
  digest.write(text, 'hex');
  return digest;
}
