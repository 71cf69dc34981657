import type * as NodeDatachannel from 'node-datachannel';
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
  isQuiet = false;
}

async function load(): Promise<Library> {
  try {
    return await import('node-datachannel');
  } catch (cause) {
    throw new PeersUnavailableError('WebRTC calls need the package node-datachannel: npm install node-datachannel', {
      cause,
    });
  }
}
