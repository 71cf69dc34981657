import type { Envelope } from './check.ts';
import type { SipRequest } from './message.ts';
import { magicCookie } from './via.ts';

/**
 * By what a request is known again, so that what comes twice is answered once; the ACK of a refused INVITE and the INVITE
 * have the same (RFC 3261, section 17.2.3). A CANCEL has a name of its own: `cancelledBy` is that of the INVITE it is for.
 */
export function nameOf(request: Pick<SipRequest, 'method' | 'uri'>, envelope: Envelope): string {
  return named(request.method === 'ACK' ? 'INVITE' : request.method, request, envelope);
}

/** The INVITE that a CANCEL is for. */
export function cancelledBy(request: Pick<SipRequest, 'uri'>, envelope: Envelope): string {
  return named('INVITE', request, envelope);
}

function named(method: string, { uri }: Pick<SipRequest, 'uri'>, { vias, callId, cseq, from, to }: Envelope): string {
  const [newest] = vias;
  const branch = newest?.parameters.get('branch') ?? '';
  const sentBy = `${newest?.host.toLowerCase() ?? ''}:${newest?.port ?? ''}`;
  if (branch.startsWith(magicCookie) && branch.length > magicCookie.length) return [method, branch, sentBy].join(' ');
  // Before RFC 3261 branches were not unlike all others.
  const tag = from.parameters.get('tag') ?? '';
  const toTag = method === 'INVITE' ? '' : (to.parameters.get('tag') ?? '');
  return [method, uri, tag, toTag, callId, cseq.number, branch, sentBy].join(' ');
}
