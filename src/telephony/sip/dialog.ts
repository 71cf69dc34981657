import { parseAddress } from './address.ts';
import type { Envelope } from './check.ts';
import { type SipHeader, type SipRequest, valueOf, valuesOf } from './message.ts';
import { cutAt } from './scan.ts';
import { isSipUri, parseUri } from './uri.ts';
import { magicCookie } from './via.ts';

/** A dialog that an INVITE from the other side has begun (RFC 3261, section 12). Plain data. */
export interface Dialog {
  readonly callId: string;
  /** `To` of the INVITE with our tag, and `From` as it came. */
  readonly local: string;
  readonly remote: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Where requests go. */
  readonly target: string;
  /** The proxies between, the nearest first. */
  readonly routes: readonly string[];
  readonly localSequence: number;
  readonly remoteSequence: number;
}

/** Begins with an INVITE whose envelope is whole; null where that does not say whom to reach. */
export function beginDialog(invite: SipRequest, { callId, cseq, from }: Envelope, localTag: string): Dialog | null {
  const target = contactOf(invite);
  if (target === null) return null;
  return {
    callId,
    local: `${valueOf(invite, 'To') ?? ''};tag=${localTag}`,
    remote: valueOf(invite, 'From') ?? '',
    localTag,
    // Before RFC 3261 there was none.
    remoteTag: from.parameters.get('tag') ?? '',
    target,
    routes: valuesOf(invite, 'Record-Route').flatMap((value) => cutAt(value, ',') ?? []),
    localSequence: 0,
    remoteSequence: cseq.number,
  };
}

/** Told apart from all other dialogs by this. Ids and our tags have no blanks in them. */
export function dialogName({ callId, localTag, remoteTag }: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

/** The dialog that a request says to be of. */
export function nameWithin({ callId, from, to }: Envelope): string {
  return dialogName({
    callId,
    localTag: to.parameters.get('tag') ?? '',
    remoteTag: from.parameters.get('tag') ?? '',
  });
}

/** A request within the dialog: null where it comes out of turn and is answered with 500 (section 12.2.2). */
export function taken(dialog: Dialog, request: SipRequest, { cseq }: Envelope): Dialog | null {
  if (request.method === 'ACK') return dialog;
  if (cseq.number <= dialog.remoteSequence && request.method !== 'CANCEL') return null;
  const refreshes = request.method === 'INVITE' || request.method === 'UPDATE';
  const target = refreshes ? (contactOf(request) ?? dialog.target) : dialog.target;
  return { ...dialog, remoteSequence: Math.max(cseq.number, dialog.remoteSequence), target };
}

/** What is particular to one request of ours. */
export interface OwnRequest {
  readonly method: string;
  /** `SIP/2.0/UDP host:port`: how the answer comes back. */
  readonly via: string;
  /** Unlike that of any other request. */
  readonly branch: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/** A request of ours within the dialog, and the dialog after it. */
export function requestIn(dialog: Dialog, own: OwnRequest): readonly [Dialog, SipRequest] {
  const { callId, local, remote } = dialog;
  const next = { ...dialog, localSequence: dialog.localSequence + 1 };
  const { uri, routes } = wayOf(dialog);
  const headers = [
    { name: 'Via', value: `${own.via};branch=${magicCookie}${own.branch};rport` },
    { name: 'Max-Forwards', value: '70' },
    ...routes.map((value) => ({ name: 'Route', value })),
    { name: 'From', value: local },
    { name: 'To', value: remote },
    { name: 'Call-ID', value: callId },
    { name: 'CSeq', value: `${next.localSequence} ${own.method}` },
    ...(own.headers ?? []),
  ];
  return [next, { is: 'request', method: own.method, uri, headers, body: own.body ?? '' }];
}

/** Proxies that know of `lr` find the target in the URI; older ones find themselves there (section 12.2.1.1). */
function wayOf({ routes, target }: Dialog): { readonly uri: string; readonly routes: readonly string[] } {
  const first = routes[0] === undefined ? null : parseAddress(routes[0]);
  if (first === null) return { uri: target, routes: [] };
  const uri = parseUri(first.uri);
  if (uri !== null && isSipUri(uri) && uri.parameters.has('lr')) return { uri: target, routes };
  return { uri: first.uri, routes: [...routes.slice(1), `<${target}>`] };
}

function contactOf(request: SipRequest): string | null {
  const [value, ...more] = valuesOf(request, 'Contact').flatMap((each) => cutAt(each, ',') ?? []);
  const address = value === undefined || more.length > 0 ? null : parseAddress(value);
  const uri = address === null ? null : parseUri(address.uri);
  return address !== null && uri !== null && isSipUri(uri) ? address.uri : null;
}
