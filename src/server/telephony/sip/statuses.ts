import type { SipHeader } from '../../../telephony/sip/message.ts';

/** What the statuses are called (RFC 3261, section 21) that calls are turned down with. */
const reasons: ReadonlyMap<number, string> = new Map([
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [408, 'Request Timeout'],
  [410, 'Gone'],
  [480, 'Temporarily Unavailable'],
  [486, 'Busy Here'],
  [487, 'Request Terminated'],
  [488, 'Not Acceptable Here'],
  [500, 'Server Internal Error'],
  [503, 'Service Unavailable'],
  [600, 'Busy Everywhere'],
  [603, 'Decline'],
  [604, 'Does Not Exist Anywhere'],
  [606, 'Not Acceptable'],
]);

export function sipReason(status: number): string {
  return reasons.get(status) ?? 'Rejected';
}

/** How long a caller is to wait that finds no room, in seconds. */
export const busySeconds = 10;

/** When to try again, as SIP says it; nothing where nobody can say. */
export function retryAfter(seconds: number | undefined): SipHeader[] {
  if (seconds === undefined || !Number.isFinite(seconds)) return [];
  return [{ name: 'Retry-After', value: `${Math.max(1, Math.ceil(seconds))}` }];
}
