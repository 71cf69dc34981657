import type { McpTool } from '../../protocol/types.ts';

/** Set by the connection itself, or about it: not for clients to choose. */
const reserved: ReadonlySet<string> = new Set([
  'accept',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'mcp-protocol-version',
  'mcp-session-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const visible = /^[\x21-\x7e]+$/;

export type HeaderProblem = 'authorization_twice' | 'bad_authorization' | { readonly header: string };

/** The first thing that is wrong with what an entry wants sent to its server; null where all is well. */
export function headerProblem({ authorization, headers }: McpTool): HeaderProblem | null {
  const given = Object.entries(headers ?? {});
  const bad = given.find(([name, value]) => !isSettable(name) || !headerValue.test(value));
  if (bad !== undefined) return { header: bad[0] };
  if (authorization === undefined) return null;
  if (given.some(([name]) => name.toLowerCase() === 'authorization')) return 'authorization_twice';
  return visible.test(authorization) ? null : 'bad_authorization';
}

/** What an entry wants sent with every request; null where it says nothing of it. */
export function givenHeaders({ authorization, headers }: McpTool): Readonly<Record<string, string>> | null {
  if (authorization === undefined && (headers ?? null) === null) return null;
  const named = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return authorization === undefined ? named : { ...named, authorization: `Bearer ${authorization}` };
}

/** An entry as the session shows it: what is secret is left out. */
export function withoutSecrets(entry: McpTool): McpTool {
  const { authorization: _authorization, headers: _headers, ...shown } = entry;
  return shown;
}

function isSettable(name: string): boolean {
  return headerName.test(name) && !reserved.has(name.toLowerCase()) && !name.toLowerCase().startsWith('proxy-');
}
