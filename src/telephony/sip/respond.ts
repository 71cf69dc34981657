import { type SipHeader, type SipRequest, type SipResponse, valueOf } from './message.ts';
import { cutAt } from './scan.ts';

/** What a response says beside what it takes from its request. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** Our tag in `To`; null for none, as in 100. */
  readonly tag: string | null;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/** Taken from the request as they are (RFC 3261, section 8.2.6.2); routes, too, where the response may begin a dialog. */
const copied: ReadonlySet<string> = new Set(['Via', 'From', 'Call-ID', 'CSeq']);

/** The response to a request. */
export function respond(request: SipRequest, { status, reason, tag, headers = [], body = '' }: Answer): SipResponse {
  const beginsDialog = request.method === 'INVITE' && status > 100 && status < 300;
  const taken = request.headers.filter(({ name }) => copied.has(name) || (beginsDialog && name === 'Record-Route'));
  const to = valueOf(request, 'To') ?? '';
  const tagged = tag === null || hasTag(to) ? to : `${to};tag=${tag}`;
  return { is: 'response', status, reason, headers: [...taken, { name: 'To', value: tagged }, ...headers], body };
}

/** What can't be read is left as it is: it is answered for what it is. */
function hasTag(to: string): boolean {
  const parts = cutAt(to, ';');
  return parts === null || parts.slice(1).some((part) => /^tag\s*=/i.test(part));
}

/** The same in as few bytes as it can be said. */
export function bare(response: SipResponse): SipResponse {
  const headers = response.headers.filter(({ name }) => copied.has(name) || name === 'To');
  return { ...response, reason: '', headers, body: '' };
}

/** The same with where the request came from written into its newest hop, so that the response finds back (RFC 3581). */
export function receivedFrom(request: SipRequest, address: string, port: number): SipRequest {
  let isNewest = true;
  const headers = request.headers.map((header) => {
    if (header.name !== 'Via' || !isNewest) return header;
    isNewest = false;
    return { name: 'Via', value: stamped(header.value, address, port) };
  });
  return { ...request, headers };
}

function stamped(via: string, address: string, port: number): string {
  const comma = via.indexOf(',');
  const [newest, others] = comma < 0 ? [via, ''] : [via.slice(0, comma), via.slice(comma)];
  const asked = newest.replace(/;\s*received\s*=[^;]*/i, '').replace(/;\s*rport\b(?!\s*=)/i, `;rport=${port}`);
  return `${asked.trimEnd()};received=${address}${others}`;
}
