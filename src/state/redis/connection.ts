import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { StateClock } from '../clock.ts';
import { probe, type Script } from './scripts.ts';

/** How often an answering store is looked after, and one that is away, in milliseconds. */
const beatMs = { up: 1000, down: 500 };

/** The store does not answer, or not in time, or refuses what it is asked. */
export class StoreDownError extends Error {
  override readonly name = 'StoreDownError';

  constructor(cause?: unknown) {
    super('The shared state does not answer.', { cause });
  }
}

export interface ConnectionOptions {
  readonly redis: Redis;
  readonly clock: StateClock;
  /** What every key begins with. */
  readonly prefix: string;
  /** How long a command may take, in milliseconds. */
  readonly commandMs: number;
}

/**
 * The way to the store, and whether it is open. Once a command fails the way is shut: further ones fail at once, until a probe
 * that is sent again and again on a new connection has come through.
 */
export class Connection {
  readonly #redis: Redis;
  readonly #clock: StateClock;
  readonly #prefix: string;
  readonly #commandMs: number;
  readonly #listeners = new Set<(isUp: boolean) => void>();
  #isUp = false;
  /** How many connections there were. What fails on one that has been left says nothing of the next. */
  #connected = 0;
  /** The connection has failed and is going to be another; what may still come of it counts no more. */
  #isLeaving = false;
  #isClosed = false;
  /** What the store's clock is ahead of ours, in milliseconds. */
  #aheadMs = 0;
  /** Since when the store remembers, by its own time; null before it was heard. */
  #since: string | null = null;
  #callOff: () => void = () => {};

  constructor({ redis, clock, prefix, commandMs }: ConnectionOptions) {
    this.#redis = redis;
    this.#clock = clock;
    this.#prefix = prefix;
    this.#commandMs = commandMs;
    redis.on('error', () => {}); // without a listener it would end the process; `close` follows, and the next beat tells
    redis.on('connect', () => {
      this.#connected += 1;
      this.#isLeaving = false;
    });
    redis.on('close', () => this.#lost(this.#connected));
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Connects; resolves when that has come off, or has not. It goes on trying. */
  async open(): Promise<void> {
    await this.#redis.connect().catch(() => {});
    await this.#beat();
  }

  /** The store's time at a moment of ours, Unix milliseconds. */
  storeTime(at: number): number {
    return at + this.#aheadMs;
  }

  /** A moment of ours from the store's time. */
  ownTime(storeAt: number): number {
    return storeAt - this.#aheadMs;
  }

  key(...parts: readonly string[]): string {
    return `${this.#prefix}${parts.join(':')}`;
  }

  /** Where the store says since when it remembers: it began empty then, or with what it had held a while before. */
  get sinceKey(): string {
    return this.key('since');
  }

  follow(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks the store. Rejects with a StoreDownError where it does not answer in time. */
  async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    if (!this.#isUp) throw new StoreDownError();
    const connection = this.#connected;
    try {
      return await this.#inTime(command(this.#redis));
    } catch (cause) {
      this.#lost(connection);
      throw new StoreDownError(cause);
    }
  }

  run(script: Script, keys: readonly string[], args: readonly (string | number | Uint8Array)[]): Promise<unknown> {
    return this.ask((redis) => runOn(redis, script, keys, args));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff();
    this.#redis.disconnect();
  }

  /**
   * The answer, if it comes in time. Where this process itself was busy for too long, what has come meanwhile is read before
   * it counts as late.
   */
  #inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = (): void => void setImmediate(() => reject(new Error(`no answer in ${this.#commandMs} ms`)));
      const callOff = this.#clock.after(this.#commandMs, late);
      answer.then(resolve, reject).finally(callOff);
    });
  }

  async #beat(): Promise<void> {
    const before = this.#clock.now();
    const connection = this.#connected;
    try {
      const answer = await this.#inTime(
        runOn(this.#redis, probe, [this.key('probe'), this.sinceKey, this.key('run')], []),
      );
      const [time, since] = answer as readonly [string, string];
      this.#aheadMs = Math.round(Number(time) - (before + this.#clock.now()) / 2);
      if (!this.#isLeaving) this.#heard(since);
    } catch {
      this.#lost(connection);
    }
    if (this.#isClosed) return;
    this.#callOff();
    this.#callOff = this.#clock.after(this.#isUp ? beatMs.up : beatMs.down, () => void this.#beat());
  }

  /** A store that was emptied while it answered is another: whoever follows tells it anew. */
  #heard(since: string): void {
    const isAnother = this.#since !== null && this.#since !== since;
    this.#since = since;
    if (isAnother && this.#isUp) this.#tell(true);
    else this.#turn(true);
  }

  /** What hangs is left behind: the next beat goes over a new connection. */
  #lost(connection: number): void {
    if (this.#isClosed || connection !== this.#connected) return;
    if (this.#redis.status === 'ready') {
      this.#isLeaving = true;
      this.#redis.disconnect(true);
    }
    this.#turn(false);
  }

  #turn(isUp: boolean): void {
    if (this.#isUp === isUp || this.#isClosed) return;
    this.#isUp = isUp;
    this.#tell(isUp);
  }

  #tell(isUp: boolean): void {
    for (const listener of this.#listeners) listener(isUp);
  }
}

const hashes = new WeakMap<Script, string>();

/** By its hash; the text goes only to a store that does not know it yet. */
async function runOn(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Uint8Array)[],
): Promise<unknown> {
  const hash = hashes.get(script) ?? createHash('sha1').update(script.lua).digest('hex');
  hashes.set(script, hash);
  const given = [keys.length, ...keys, ...args.map((arg) => (arg instanceof Uint8Array ? Buffer.from(arg) : arg))];
  const call = (command: string, code: string): Promise<unknown> =>
    script.isBinary === true ? redis.callBuffer(command, code, ...given) : redis.call(command, code, ...given);
  try {
    return await call('EVALSHA', hash);
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith('NOSCRIPT')) throw cause;
    return call('EVAL', script.lua);
  }
}
