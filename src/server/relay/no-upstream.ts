import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import { socketWire } from '../../wire/node/socket.ts';
import { type Refusal, refusals, refuse } from '../admission/refusal.ts';
import { closeForClient } from './closes.ts';
import type { NoUpstream } from './upstreams.ts';

/** With what a client is closed that an upstream refused by HTTP, for good (contract). */
const refusedClose = 4000;

/** Tells a client why no upstream answers it, and closes. Returns the code of it, for whoever counts. */
export function tellNoUpstream(client: RawSocketWire, why: NoUpstream): string {
  if (why.is === 'final') {
    client.open({ frame() {}, drained() {}, closed() {} });
    if (why.frame !== null) client.send(why.frame, false);
    const { code, reason } = closeForClient(why.close);
    client.close(code, reason);
    return 'upstream_refused';
  }
  const refusal = refusalFor(why);
  refuse(socketWire(client), refusal);
  return refusal.error.code ?? refusal.error.type;
}

/** Why no upstream answers, as a client is told it. */
export function refusalFor(why: Exclude<NoUpstream, { is: 'final' }>): Refusal {
  const { error, closeCode } = refusals.upstreamRefused();
  if (why.is === 'unavailable') return refusals.upstreamUnavailable();
  if (why.is !== 'http') return { error, closeCode };
  if (why.error === null) return { error, closeCode: refusedClose };
  const { type, code, message, param } = why.error;
  return {
    closeCode: refusedClose,
    error: {
      type: typeof type === 'string' ? type : error.type,
      code: typeof code === 'string' ? code : null,
      message: typeof message === 'string' ? message : error.message,
      param: typeof param === 'string' ? param : null,
      event_id: null,
    },
  };
}
