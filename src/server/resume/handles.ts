import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a handle names. */
export interface HandleFacts {
  /** The node that held the session when the handle was made. */
  readonly node: string;
  readonly sessionId: string;
  /** The connection that it was told on; each one that takes the session up is the next. */
  readonly connection: number;
}

/**
 * Makes the handles of sessions, and reads them: `rsm_`, the node, the session, the connection and a seal of all of it with
 * the owner; 59 characters. So a handle needs to be kept nowhere, and in other hands is one that nobody has made.
 */
export interface Handles {
  issue(facts: HandleFacts, owner: string): string;
  /** Null for what was not made here, or for another owner. */
  read(handle: string, owner: string): HandleFacts | null;
}

const sessionPrefix = 'sess_';
const sealBytes = 16;
const connectionDigits = 6;
const shape = /^rsm_([0-9a-f]{6})([0-9A-Za-z]{21})([0-9a-z]{6})([\w-]{22})$/;

/** `key`: 32 bytes that the nodes of the endpoint share and nobody else knows. */
export function createHandles(key: Uint8Array): Handles {
  const seal = (named: string, owner: string): Buffer =>
    createHmac('sha256', key).update(`${named}\n${owner}`).digest().subarray(0, sealBytes);
  return {
    issue({ node, sessionId, connection }, owner) {
      const count = connection.toString(36).padStart(connectionDigits, '0');
      const named = `${node}${sessionId.slice(sessionPrefix.length)}${count}`;
      return `rsm_${named}${seal(named, owner).toString('base64url')}`;
    },
    read(handle, owner) {
      const [, node = '', session = '', count = '', sealed = ''] = shape.exec(handle) ?? [];
      if (sealed === '') return null;
      const isOurs = timingSafeEqual(Buffer.from(sealed, 'base64url'), seal(`${node}${session}${count}`, owner));
      return isOurs ? { node, sessionId: `${sessionPrefix}${session}`, connection: Number.parseInt(count, 36) } : null;
    },
  };
}

/** What logs show of a handle, which is as good as a key. */
export function handleHash(handle: string): string {
  return createHash('sha256').update(handle).digest('hex').slice(0, 12);
}
