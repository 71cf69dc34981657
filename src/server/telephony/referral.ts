import { isSipUri, parseUri, type SipUri } from '../../telephony/sip/uri.ts';

/** What a transfer may be allowed by: `tel:` and `sip:` addresses, in which `*` stands for anything. */
export const referShape = /^(?:tel:\+?[\d*]+|sips?:[^\s<>"?;]+)$/i;

/** What an address may say beside whom it names: anything else could send the call to another place. */
const plainParameters: ReadonlySet<string> = new Set(['transport', 'user']);

/** Where a call may be sent on to; null for what is no address, or what no pattern has. */
export function referralTo(target: string, patterns: readonly string[]): string | null {
  const number = numberIn(target);
  if (number !== null) return isAllowed(`tel:${number}`, patterns) ? `tel:${number}` : null;
  const uri = parseUri(target);
  return uri !== null && isSipUri(uri) && isPlain(uri) && isAllowed(nameOf(uri), patterns) ? target : null;
}

/** The telephone number that a call may be sent on to; null for what is none, or what no pattern has. */
export function numberTo(target: string, patterns: readonly string[]): string | null {
  const number = numberIn(target);
  return number !== null && isAllowed(`tel:${number}`, patterns) ? number : null;
}

/** A telephone number as it is dialled; null for what is none. */
function numberIn(target: string): string | null {
  const number = target.replace(/^tel:/i, '').replaceAll(/[\s().-]/g, '');
  return /^\+?\d{3,15}$/.test(number) ? number : null;
}

function isPlain({ headers, parameters }: SipUri): boolean {
  return headers === null && [...parameters.keys()].every((name) => plainParameters.has(name));
}

function nameOf({ scheme, user, host, port }: SipUri): string {
  return `${scheme}:${user === null ? '' : `${user}@`}${host}${port === null ? '' : `:${port}`}`;
}

/** Whether a pattern has the address. Where it says who is at a host, `*` does not reach from the one to the other. */
function isAllowed(address: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const anything = pattern.includes('@') ? '[^@]*' : '.*';
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join(anything)}$`, 'i').test(address);
  });
}
