import type * as NodeDatachannel from 'node-datachannel';
import type { DataChannel, Track } from 'node-datachannel';
import { PeersUnavailableError } from '../peer.ts';

/** The library that speaks WebRTC. An optional dependency: only who answers calls needs it. */
export type Library = typeof NodeDatachannel;

let isQuiet = false;
/** Who has peers, and who is about to: what the library keeps for the process goes with the last of them. */
let users = 0;

/** Loads the library; pair with `releaseLibrary`. Rejects with a `PeersUnavailableError` where it is not installed. */
export async function acquireLibrary(): Promise<Library> {
  const library = await load();
  users += 1;
  if (!isQuiet) library.initLogger('Fatal', () => {}); // it would write to standard output
  isQuiet = true;
  return library;
}

/** Stops the library's threads, unless somebody else still uses it. */
export function releaseLibrary(library: Library): void {
  users -= 1;
  if (users > 0) return;
  library.cleanup();
  held.clear();
  isQuiet = false;
}

/** What the library would take from under itself if it were collected before it is closed. */
const held = new Set<Closing>();

type Closing = Pick<DataChannel | Track, 'onClosed'>;

/**
 * Holds on to a channel or track until it has closed; `closed` is told then. The library forgets such an object only when
 * its word of that has arrived, and reaches for it until then, whether it is still there or not.
 */
export function holdUntilClosed(object: Closing, closed = (): void => {}): void {
  held.add(object);
  object.onClosed(() => {
    held.delete(object);
    closed();
  });
}

/** How many are held. */
export const heldCount = (): number => held.size;

async function load(): Promise<Library> {
  try {
    return await import('node-datachannel');
  } catch (cause) {
    throw new PeersUnavailableError('WebRTC calls need the package node-datachannel: npm install node-datachannel', {
      cause,
    });
  }
}
