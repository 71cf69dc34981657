import type { Wire } from '../wire.ts';
import { openedWire } from './socket.ts';

export interface WebDialOptions {
  readonly protocols?: readonly string[];
  /** Aborting gives up an attempt; it does nothing to a wire that is open. */
  readonly signal?: AbortSignal;
}

/** Opens a WebSocket to `url` (`ws:` or `wss:`) as browsers do, which send no headers. Rejects when the peer can't be reached. */
export function dial(url: string, { protocols = [], signal }: WebDialOptions = {}): Promise<Wire> {
  return openedWire(new WebSocket(url, [...protocols]), signal);
}
