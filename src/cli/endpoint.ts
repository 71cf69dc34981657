import { resolve } from 'node:path';
import { SetupError } from '../server/setup-error.ts';
import { dial } from '../wire/node/dial.ts';
import type { SocketWire } from '../wire/node/socket.ts';
import type { EndpointFlags } from './endpoint-flags.ts';
import { readNamed } from './files.ts';
import { oneLine } from './one-line.ts';

/**
 * Opens a session at an endpoint. `model` is asked for where neither a flag nor the address names one.
 *
 * @throws {SetupError} where the flags make no sense, or the endpoint can't be reached or says no.
 */
export async function dialEndpoint(url: string, flags: EndpointFlags, model: string | null): Promise<SocketWire> {
  const { address, ...options } = await reachOf(url, flags, model);
  return dial(address, options).catch((cause: unknown) => {
    throw new SetupError('address_unavailable', `Can't open a session at ${url}: ${oneLine(cause)}.`, { cause });
  });
}

/** Where an endpoint is, and what it is to be told. */
export interface Reach {
  readonly address: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string;
}

/**
 * How an endpoint is reached. `model` is asked for where neither a flag nor the address names one.
 *
 * @throws {SetupError} where the flags make no sense.
 */
export async function reachOf(url: string, flags: EndpointFlags, model: string | null): Promise<Reach> {
  const { address, key, headers, ca } = await placeOf(url, flags, model);
  return {
    address: address.href,
    protocols: ['realtime'],
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    ...(ca === null ? {} : { ca }),
  };
}

/** An endpoint with its key apart, for whoever shows another one, too. */
export interface Place {
  /** With its parameters. */
  readonly address: URL;
  readonly key: string | null;
  /** Those that the flags name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca: string | null;
}

/**
 * The parts of how an endpoint is reached, as `reachOf` puts them together.
 *
 * @throws {SetupError} where the flags make no sense.
 */
export async function placeOf(url: string, flags: EndpointFlags, model: string | null): Promise<Place> {
  return {
    address: addressOf(url, flags, model),
    key: flags.key ?? (process.env['ANTIPHON_KEY'] || null),
    headers: Object.fromEntries((flags.header ?? []).map(headerOf)),
    ca: flags.ca === undefined ? null : await readNamed({ folder: process.cwd(), path: resolve(flags.ca) }),
  };
}

/** The address with its parameters. */
function addressOf(
  url: string,
  { model, query = [] }: Pick<EndpointFlags, 'model' | 'query'>,
  usual: string | null,
): URL {
  const address = URL.parse(url);
  if (address === null || !/^(?:ws|http)s?:$/.test(address.protocol)) {
    throw new SetupError('invalid_configuration', `"${url}" is no address such as ws://127.0.0.1:8080/v1/realtime.`);
  }
  if (/^\/(?:v1\/?)?$/.test(address.pathname)) address.pathname = '/v1/realtime';
  const { searchParams } = address;
  if (model !== undefined) searchParams.set('model', model);
  for (const [name, value] of query.map(pairOf)) searchParams.set(name, value);
  const isNamed = ['model', 'intent', 'call_id', 'resume'].some((name) => searchParams.has(name));
  if (!isNamed && usual !== null) searchParams.set('model', usual);
  return address;
}

function pairOf(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  throw new SetupError('invalid_configuration', `--query must be K=V, not "${pair}".`);
}

function headerOf(header: string): readonly [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*)$/.exec(header) ?? [];
  if (name !== undefined && value !== undefined) return [name.toLowerCase(), value];
  throw new SetupError('invalid_configuration', `--header must be 'NAME: VALUE', not "${header}".`);
}
