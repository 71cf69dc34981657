import type { PeerState } from '../peer.ts';

/** What the library calls the state of a connection, in our words. */
export function stateOf(state: string): PeerState {
  if (state === 'connected' || state === 'disconnected') return state;
  return state === 'closed' ? 'closed' : 'connecting';
}

/** The library throws where a way has just closed, which its owner is told of anyway. */
export function attempt(send: () => unknown): void {
  try {
    send();
  } catch {}
}
