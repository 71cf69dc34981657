/**
 * Messages of SIP (RFC 3261). A text is as it travels, each character a byte: so lengths are what they say, and what is
 * UTF-8 in it stays what it is until somebody reads it as such.
 */

/** One header field, with the name that it is known by, whatever it was written like; folded lines are one. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

export interface SipRequest {
  readonly is: 'request';
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export interface SipResponse {
  readonly is: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Names that are written short, and those that are known under others than `Like-This`. */
const names: Readonly<Record<string, string>> = {
  i: 'Call-ID',
  m: 'Contact',
  e: 'Content-Encoding',
  l: 'Content-Length',
  c: 'Content-Type',
  f: 'From',
  s: 'Subject',
  k: 'Supported',
  t: 'To',
  v: 'Via',
  o: 'Event',
  r: 'Refer-To',
  b: 'Referred-By',
  x: 'Session-Expires',
  u: 'Allow-Events',
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'www-authenticate': 'WWW-Authenticate',
  'mime-version': 'MIME-Version',
  'min-se': 'Min-SE',
  rseq: 'RSeq',
  rack: 'RAck',
};

/** The name that a header is known by. */
export function knownName(written: string): string {
  const lower = written.toLowerCase();
  const known = Object.hasOwn(names, lower) ? names[lower] : undefined;
  return known ?? lower.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The values of all fields of this name, in order. */
export function valuesOf({ headers }: Pick<SipMessage, 'headers'>, name: string): string[] {
  return headers.filter((header) => header.name === name).map(({ value }) => value);
}

/** The value of the only field of this name; null where there is none, or more than one. */
export function valueOf(message: Pick<SipMessage, 'headers'>, name: string): string | null {
  const [value, ...more] = valuesOf(message, name);
  return more.length === 0 ? (value ?? null) : null;
}
