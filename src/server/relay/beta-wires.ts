import {
  clientEventFromBeta,
  clientEventToBeta,
  serverEventFromBeta,
  serverEventToBeta,
} from '../../protocol/beta/index.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import { rewrittenWire } from './rewritten-wire.ts';

/** An upstream that speaks the beta shape, for whoever speaks today's. */
export function betaUpstream(wire: RawSocketWire): RawSocketWire {
  return rewrittenWire(wire, serverEventFromBeta, (event) => [clientEventToBeta(event)]);
}

/** A client that speaks the beta shape, likewise. */
export function betaClient(wire: RawSocketWire): RawSocketWire {
  return rewrittenWire(wire, (event) => [clientEventFromBeta(event)], serverEventToBeta);
}
