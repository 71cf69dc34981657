import { cutAt, type Parameters, parametersIn, token } from './scan.ts';
import { parseUri } from './uri.ts';

/** Somebody in `From`, `To`, `Contact` or a route: a URI, and what is said about it. */
export interface SipAddress {
  /** Without its quotes; empty where there is none. */
  readonly display: string;
  readonly uri: string;
  readonly parameters: Parameters;
}

/** Reads a `name-addr` or an `addr-spec` with its parameters (RFC 3261, section 20.10); null for what is neither. */
export function parseAddress(text: string): SipAddress | null {
  const parts = cutAt(text, ';');
  if (parts === null) return null;
  const [first = '', ...rest] = parts;
  const parameters = parametersIn(rest);
  const named = first.includes('<') ? inBrackets(first) : bare(first);
  if (parameters === null || named === null || parseUri(named.uri) === null) return null;
  return { ...named, parameters };
}

type Named = Pick<SipAddress, 'display' | 'uri'>;

function inBrackets(text: string): Named | null {
  const [, before = '', uri] = /^((?:"(?:[^"\\]|\\.)*"|[^"<])*)<([^<>]*)>$/s.exec(text) ?? [];
  const display = displayIn(before.trim());
  return uri === undefined || display === null ? null : { display, uri };
}

/** A name in quotes, or words that need none. */
function displayIn(text: string): string | null {
  if (/^"(?:[^"\\]|\\.)*"$/s.test(text)) return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  return text.split(/\s+/).every((word) => word === '' || token.test(word)) ? text : null;
}

/** Without brackets a comma or question mark would belong to nobody (RFC 3261, section 20). */
function bare(text: string): Named | null {
  return /[,?\s"]/.test(text) ? null : { display: '', uri: text };
}
