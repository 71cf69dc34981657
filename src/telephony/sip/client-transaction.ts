import type { SipRequest, SipResponse } from './message.ts';
import { patience, t1, t2, t4 } from './times.ts';

/** Timers of a client transaction that is no INVITE, by the letters that RFC 3261 has for them. */
export type ClientTimer = 'E' | 'F' | 'K';

/** A request of ours, such as BYE or REFER, and what was answered so far. Plain data. */
export interface ClientTransaction {
  readonly request: SipRequest;
  readonly isReliable: boolean;
  readonly phase: 'trying' | 'proceeding' | 'completed' | 'over';
  /** How long until the request is repeated, in milliseconds. */
  readonly pause: number;
}

export type ClientInput =
  | { readonly from: 'wire'; readonly response: SipResponse }
  | { readonly from: 'timer'; readonly timer: ClientTimer }
  /** It could not be sent. */
  | { readonly from: 'transport' };

export type ClientEffect =
  | { readonly do: 'send'; readonly request: SipRequest }
  | { readonly do: 'arm'; readonly timer: ClientTimer; readonly afterMs: number }
  | { readonly do: 'disarm'; readonly timer: ClientTimer }
  | { readonly do: 'answered'; readonly response: SipResponse }
  /** Nobody has answered, or can be. */
  | { readonly do: 'unanswered' };

export type ClientStep = readonly [ClientTransaction, readonly ClientEffect[]];

/** Sends a request. RFC 3261, section 17.1.2. */
export function beginClient(request: SipRequest, isReliable: boolean): ClientStep {
  const repeated: readonly ClientEffect[] = isReliable ? [] : [{ do: 'arm', timer: 'E', afterMs: t1 }];
  return [
    { request, isReliable, phase: 'trying', pause: t1 },
    [{ do: 'send', request }, ...repeated, { do: 'arm', timer: 'F', afterMs: patience }],
  ];
}

/** Pure. */
export function stepClient(transaction: ClientTransaction, input: ClientInput): ClientStep {
  switch (input.from) {
    case 'wire':
      return onResponse(transaction, input.response);
    case 'timer':
      return onTimer(transaction, input.timer);
    case 'transport':
      return isOpen(transaction) ? unanswered(transaction) : [transaction, []];
    default:
      return input satisfies never;
  }
}

/** Whether its answer is still to come. */
export function isOpen({ phase }: ClientTransaction): boolean {
  return phase === 'trying' || phase === 'proceeding';
}

const quiet: readonly ClientEffect[] = [
  { do: 'disarm', timer: 'E' },
  { do: 'disarm', timer: 'F' },
];

function unanswered(transaction: ClientTransaction): ClientStep {
  return [{ ...transaction, phase: 'over' }, [...quiet, { do: 'unanswered' }]];
}

function onResponse(transaction: ClientTransaction, response: SipResponse): ClientStep {
  if (!isOpen(transaction)) return [transaction, []];
  const answered: ClientEffect = { do: 'answered', response };
  if (response.status < 200) return [{ ...transaction, phase: 'proceeding' }, [answered]];
  if (transaction.isReliable) return [{ ...transaction, phase: 'over' }, [...quiet, answered]];
  return [{ ...transaction, phase: 'completed' }, [...quiet, answered, { do: 'arm', timer: 'K', afterMs: t4 }]];
}

function onTimer(transaction: ClientTransaction, timer: ClientTimer): ClientStep {
  switch (timer) {
    case 'E': {
      if (!isOpen(transaction)) return [transaction, []];
      const pause = transaction.phase === 'trying' ? Math.min(2 * transaction.pause, t2) : t2;
      return [
        { ...transaction, pause },
        [
          { do: 'send', request: transaction.request },
          { do: 'arm', timer, afterMs: pause },
        ],
      ];
    }
    case 'F':
      return isOpen(transaction) ? unanswered(transaction) : [transaction, []];
    case 'K':
      return transaction.phase === 'completed' ? [{ ...transaction, phase: 'over' }, []] : [transaction, []];
    default:
      return timer satisfies never;
  }
}
