import { parseAddress, type SipAddress } from './address.ts';
import { type SipMessage, type SipRequest, type SipResponse, valueOf, valuesOf } from './message.ts';
import { wrongVersion } from './read.ts';
import { cutAt, numberIn } from './scan.ts';
import { isSipUri, parseUri } from './uri.ts';
import { parseVia, type Via } from './via.ts';

/** What every message has, read. */
export interface Envelope {
  /** The newest hop first. */
  readonly vias: readonly Via[];
  readonly from: SipAddress;
  readonly to: SipAddress;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
}

/** Why a request is answered without anybody being asked. */
export interface Rejection {
  readonly status: number;
  readonly reason: string;
  /** What the answer says beside. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export type Checked =
  | { readonly ok: true; readonly envelope: Envelope }
  /** `envelope`: null where it has not enough of one to be answered. */
  | { readonly ok: false; readonly rejection: Rejection };

/** The largest sequence number (RFC 3261, section 8.1.1.5). */
const maxSequence = 2 ** 31 - 1;
const maxHops = 255;

/** Extensions that a request may require of us. */
export const supported: readonly string[] = ['timer'];

/** Reads the envelope; null where that is not whole. */
export function envelopeOf(message: SipMessage): Envelope | null {
  const vias = viasOf(message);
  const [from, to] = [addressAt(message, 'From'), addressAt(message, 'To')];
  const callId = valueOf(message, 'Call-ID');
  const cseq = cseqOf(message);
  if (vias === null || from === null || to === null || callId === null || cseq === null) return null;
  return /^\S+$/.test(callId) ? { vias, from, to, callId, cseq } : null;
}

function viasOf(message: SipMessage): readonly Via[] | null {
  const all = valuesOf(message, 'Via').map((value) => cutAt(value, ','));
  const vias = all.flatMap((parts) => parts ?? ['']).map(parseVia);
  const read = vias.filter((via) => via !== null);
  return read.length === vias.length && read.length > 0 ? read : null;
}

function addressAt(message: SipMessage, name: string): SipAddress | null {
  const value = valueOf(message, name);
  return value === null ? null : parseAddress(value);
}

function cseqOf(message: SipMessage): Envelope['cseq'] | null {
  const [, digits, method] = /^(\d{1,20})\s+(\S+)$/.exec(valueOf(message, 'CSeq') ?? '') ?? [];
  const number = numberIn(digits ?? '', maxSequence);
  return number === null || method === undefined ? null : { number, method };
}

/** Whether a request may be taken, by its form alone. `problem`: what its reader has found. */
export function checkRequest(request: SipRequest, problem: string | null): Checked {
  if (problem === wrongVersion) return reject(505, 'Version Not Supported');
  const envelope = envelopeOf(request);
  if (problem !== null || envelope === null) return reject(400, badRequest(problem ?? 'its envelope is not whole'));
  if (envelope.cseq.method !== request.method) return reject(400, badRequest('CSeq is of another method'));
  const mistake = mistakeIn(request);
  if (mistake !== null) return reject(400, badRequest(mistake));
  const uri = parseUri(request.uri);
  if (uri === null) return reject(400, badRequest('its Request-URI is no URI'));
  if (!isSipUri(uri) && uri.scheme !== 'tel') return reject(416, 'Unsupported URI Scheme');
  if (isSipUri(uri) && uri.headers !== null) return reject(400, badRequest('its Request-URI has headers'));
  return requirements(request) ?? { ok: true, envelope };
}

/** What else of a request has to make sense. */
function mistakeIn(request: SipRequest): string | null {
  const hops = valuesOf(request, 'Max-Forwards');
  if (hops.length > 1 || hops.some((value) => numberIn(value, maxHops) === null)) return 'Max-Forwards is no number';
  for (const name of ['Contact', 'Record-Route', 'Route']) {
    const parts = valuesOf(request, name).flatMap((value) => cutAt(value, ',') ?? ['']);
    if (parts.some((part) => part !== '*' && parseAddress(part) === null)) return `${name} names nobody`;
  }
  return null;
}

/** What the request needs and we have not. */
function requirements(request: SipRequest): Checked | null {
  const needed = valuesOf(request, 'Require').flatMap((value) =>
    value.split(',').map((each) => each.trim().toLowerCase()),
  );
  const unknown = needed.filter((each) => !supported.includes(each));
  // ACK and CANCEL are never answered like this (RFC 3261, section 8.2.2.3).
  if (unknown.length === 0 || request.method === 'ACK' || request.method === 'CANCEL') return null;
  return reject(420, 'Bad Extension', [{ name: 'Unsupported', value: unknown.join(', ') }]);
}

function badRequest(why: string): string {
  return `Bad Request (${why})`;
}

function reject(status: number, reason: string, headers: Rejection['headers'] = []): Checked {
  return { ok: false, rejection: { status, reason, headers } };
}

/** The envelope of a response that is ours: it has come back to whoever sent the request. Null for any other. */
export function checkResponse(response: SipResponse, problem: string | null): Envelope | null {
  const envelope = problem === null ? envelopeOf(response) : null;
  return envelope?.vias.length === 1 ? envelope : null;
}
