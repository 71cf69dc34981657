import type { OutgoingHttpHeaders } from 'node:http';
import { addressHeader, forwardHeader } from './seals.ts';

/** Headers that mean one connection, and are not passed on (RFC 9110, section 7.6.1); nor is what only nodes tell each other. */
const ofOneHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'content-length',
  forwardHeader,
  addressHeader,
]);

/** Those headers that go on with a request or an answer; without what `Connection` names as well. */
export function passedOn(
  headers: Iterable<readonly [name: string, value: string | string[]]>,
  connection = '',
): OutgoingHttpHeaders {
  const named = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  const passed: OutgoingHttpHeaders = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!ofOneHop.has(key) && !named.has(key)) passed[key] = value;
  }
  return passed;
}

/** The headers of a message of Node, as pairs. */
export function pairsOf(headers: NodeJS.Dict<string | string[]>): (readonly [string, string | string[]])[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
