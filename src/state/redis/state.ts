import type { Redis } from 'ioredis';
import type { StateClock } from '../clock.ts';
import { keysOf } from '../keys.ts';
import type { SharedState } from '../shared-state.ts';
import { Connection } from './connection.ts';
import { redisLeases } from './leases.ts';
import { redisNodes } from './nodes.ts';
import { redisStore } from './secrets.ts';
import { redisSnapshots } from './snapshots.ts';
import { redisUrlShape } from './url.ts';
import { redisWindows } from './windows.ts';

/** The Redis server that nodes share, and how the values that they keep there are named and sealed. */
export interface RedisStateOptions {
  /** `redis://` or, with TLS, `rediss://`; it may contain a user, a password and a database. */
  readonly url: string;
  /** A secret that only the nodes know, the same on each. It seals what is kept and signs what nodes tell each other. */
  readonly secret: string;
  /** What every key in the store begins with. Default `antiphon:`. */
  readonly prefix?: string;
  readonly clock: StateClock;
  /** How long a command may take, in milliseconds; a store that is slower counts as one that does not answer. Default 1000. */
  readonly commandMs?: number;
}

/** Why state can't be shared in this way; its message says what to do. */
export class StateSetupError extends Error {
  override readonly name = 'StateSetupError';
}

/** What hangs is not waited for when it is left, in milliseconds. */
const leaveMs = 100;

/** How long the store is waited for before it is tried again, in milliseconds. */
const retryMs = 250;

/**
 * State that nodes share through a Redis server, or any other with its protocol. Resolves within two seconds, even if the
 * store does not answer; it is then tried again and again.
 *
 * @throws {StateSetupError} when the package `ioredis` is not installed, or the address or the secret can't be used.
 */
export async function redisState(options: RedisStateOptions): Promise<SharedState> {
  const { url, secret, prefix = 'antiphon:', clock, commandMs = 1000 } = options;
  if (!redisUrlShape.test(url)) {
    throw new StateSetupError('The address of the shared state is not like redis://host:6379 or rediss://host:6379.');
  }
  if (secret.trim() === '') throw new StateSetupError('The secret of the shared state is empty.');
  const connection = new Connection({ redis: await clientOf(url, commandMs), clock, prefix, commandMs });
  await connection.open();
  return sharedBy(connection, clock, secret);
}

function sharedBy(connection: Connection, clock: StateClock, secret: string): SharedState {
  const keyFor = keysOf(secret);
  const nodes = redisNodes(connection);
  const secrets = redisStore(connection, clock, keyFor('secrets'));
  const windows = redisWindows(connection, clock, () => nodes.count);
  return {
    secrets,
    windows,
    leases: redisLeases(connection, () => nodes.count),
    snapshots: redisSnapshots(connection, clock),
    nodes,
    get isUp() {
      return connection.isUp;
    },
    follow: (listener) => connection.follow(listener),
    keyFor,
    async close() {
      secrets.close();
      windows.close();
      await connection.close();
    },
  };
}

/** Its own queue would do later what nobody waits for any more, so it has none. */
async function clientOf(url: string, commandMs: number): Promise<Redis> {
  const { Redis: Client } = await import('ioredis').catch((cause: unknown) => {
    throw new StateSetupError('Shared state needs the package ioredis. Run: npm install ioredis', { cause });
  });
  return new Client(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2 * commandMs, // what the connection itself gives up sooner, and leaves behind
    connectTimeout: commandMs,
    disconnectTimeout: leaveMs,
    retryStrategy: () => retryMs,
  });
}
