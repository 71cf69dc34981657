import type { SipRequest, SipResponse } from './message.ts';
import { patience, t1, t2, t4 } from './times.ts';

/** Timers of a server transaction, by the letters that RFC 3261 has for them; `L` is of RFC 6026. */
export type ServerTimer = 'G' | 'H' | 'I' | 'J' | 'L';

/** A request that came, and what was answered so far. Plain data. */
export interface ServerTransaction {
  readonly isInvite: boolean;
  /** Over TCP nothing is repeated. */
  readonly isReliable: boolean;
  readonly phase: 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'over';
  /** What a repeated request is answered with. */
  readonly last: SipResponse | null;
  /** How long until the response is repeated, in milliseconds. */
  readonly pause: number;
}

export type ServerInput =
  /** The same request again, or the ACK of an INVITE. */
  | { readonly from: 'wire'; readonly request: SipRequest }
  | { readonly from: 'user'; readonly response: SipResponse }
  | { readonly from: 'timer'; readonly timer: ServerTimer };

export type ServerEffect =
  | { readonly do: 'send'; readonly response: SipResponse }
  | { readonly do: 'arm'; readonly timer: ServerTimer; readonly afterMs: number }
  | { readonly do: 'disarm'; readonly timer: ServerTimer }
  /** A refused INVITE was acknowledged, or an accepted one: the dialog's business. */
  | { readonly do: 'acknowledged' }
  /** Nobody has acknowledged a refusal. */
  | { readonly do: 'unheard' };

export type ServerStep = readonly [ServerTransaction, readonly ServerEffect[]];

/** A request has come for the first time. */
export function beginServer({ method }: Pick<SipRequest, 'method'>, isReliable: boolean): ServerTransaction {
  return { isInvite: method === 'INVITE', isReliable, phase: 'proceeding', last: null, pause: t1 };
}

/** RFC 3261, section 17.2, with the state that RFC 6026 has added for accepted INVITEs. Pure. */
export function stepServer(transaction: ServerTransaction, input: ServerInput): ServerStep {
  switch (input.from) {
    case 'wire':
      return onRequest(transaction, input.request);
    case 'user':
      return onResponse(transaction, input.response);
    case 'timer':
      return onTimer(transaction, input.timer);
    default:
      return input satisfies never;
  }
}

const nothing: readonly ServerEffect[] = [];

function onRequest(transaction: ServerTransaction, { method }: SipRequest): ServerStep {
  const { phase, last, isReliable } = transaction;
  if (method === 'ACK') {
    if (phase === 'accepted') return [transaction, [{ do: 'acknowledged' }]];
    if (phase !== 'completed' || !transaction.isInvite) return [transaction, nothing];
    const quiet = [{ do: 'disarm', timer: 'G' } as const, { do: 'disarm', timer: 'H' } as const];
    if (isReliable) return [{ ...transaction, phase: 'over' }, [...quiet, { do: 'acknowledged' }]];
    const confirmed = { ...transaction, phase: 'confirmed' as const };
    return [confirmed, [...quiet, { do: 'arm', timer: 'I', afterMs: t4 }, { do: 'acknowledged' }]];
  }
  const repeats = last !== null && (phase === 'proceeding' || phase === 'completed');
  return [transaction, repeats ? [{ do: 'send', response: last }] : nothing];
}

function onResponse(transaction: ServerTransaction, response: SipResponse): ServerStep {
  const { phase, isInvite, isReliable } = transaction;
  const sent: ServerEffect = { do: 'send', response };
  // Once it is accepted, the same may be said again: the dialog repeats it until it is acknowledged.
  if (phase === 'accepted' && response.status >= 200 && response.status < 300) return [transaction, [sent]];
  if (phase !== 'proceeding') return [transaction, nothing];
  const told = { ...transaction, last: response };
  if (response.status < 200) return [told, [sent]];
  if (!isInvite) {
    if (isReliable) return [{ ...told, phase: 'over' }, [sent]];
    return [{ ...told, phase: 'completed' }, [sent, { do: 'arm', timer: 'J', afterMs: patience }]];
  }
  if (response.status < 300) {
    return [{ ...told, phase: 'accepted' }, [sent, { do: 'arm', timer: 'L', afterMs: patience }]];
  }
  const repeated: readonly ServerEffect[] = isReliable ? [] : [{ do: 'arm', timer: 'G', afterMs: t1 }];
  return [{ ...told, phase: 'completed' }, [sent, ...repeated, { do: 'arm', timer: 'H', afterMs: patience }]];
}

function onTimer(transaction: ServerTransaction, timer: ServerTimer): ServerStep {
  const { phase, last, pause } = transaction;
  const over = { ...transaction, phase: 'over' as const };
  switch (timer) {
    case 'G': {
      if (phase !== 'completed' || last === null) return [transaction, nothing];
      const next = Math.min(2 * pause, t2);
      return [
        { ...transaction, pause: next },
        [
          { do: 'send', response: last },
          { do: 'arm', timer, afterMs: next },
        ],
      ];
    }
    case 'H':
      return phase === 'completed' ? [over, [{ do: 'disarm', timer: 'G' }, { do: 'unheard' }]] : [transaction, nothing];
    case 'I':
      return phase === 'confirmed' ? [over, nothing] : [transaction, nothing];
    case 'J':
      return phase === 'completed' ? [over, nothing] : [transaction, nothing];
    case 'L':
      return phase === 'accepted' ? [over, nothing] : [transaction, nothing];
    default:
      return timer satisfies never;
  }
}
