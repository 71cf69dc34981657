import { numberIn, type Parameters, parametersIn } from './scan.ts';

/** An address such as `sip:user@host:5060;transport=tcp`. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** As it is written, escapes and password included; null where there is none. */
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;
  /** What stands behind `?`; null where nothing does. */
  readonly headers: string | null;
}

/** An address of any kind: what it begins with, in lower case, and whether that is all we know of it. */
export type AnyUri = SipUri | { readonly scheme: string; readonly rest: string };

const hostShape = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9.])?)$/;
/** Letters, digits, marks, escapes, and what may stand for itself in the part before the `@`. */
const userShape = /^(?:[\w\-.!~*'()&=+$,;?/:]|%[0-9A-Fa-f]{2})+$/;

/** Reads a URI; null for what is none. */
export function parseUri(text: string): AnyUri | null {
  const [, scheme, rest] = /^([A-Za-z][\w+.-]*):([^\s<>"]+)$/.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return null;
  const lower = scheme.toLowerCase();
  return lower === 'sip' || lower === 'sips' ? parseSipUri(lower, rest) : { scheme: lower, rest };
}

export function isSipUri(uri: AnyUri): uri is SipUri {
  return 'host' in uri;
}

function parseSipUri(scheme: 'sip' | 'sips', rest: string): SipUri | null {
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? null : rest.slice(0, at);
  if (user !== null && !userShape.test(user)) return null;
  const [, place = '', parameters = '', headers] = /^([^;?]*)((?:;[^?]*)?)(?:\?(.*))?$/s.exec(rest.slice(at + 1)) ?? [];
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(place) ?? [];
  if (host === undefined || !hostShape.test(host)) return null;
  const number = port === undefined ? null : numberIn(port, 65_535);
  const named = parametersIn(parameters === '' ? [] : parameters.slice(1).split(';'));
  if ((port !== undefined && number === null) || named === null) return null;
  return { scheme, user, host, port: number, parameters: named, headers: headers ?? null };
}
