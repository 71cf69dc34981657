import { isIP } from 'node:net';
import type { McpTool, Tool } from '../../protocol/types.ts';
import { SetupError } from '../setup-error.ts';
import { isPublicAddress } from './address.ts';

/** Which MCP servers clients may use. */
export interface McpSettings {
  /**
   * Patterns of URLs, e.g. `https://mcp.example/*`. A `*` at the end stands for any text, a host that begins with `*.` for
   * its subdomains, the host `*` for every host; a pattern without a path means every path. Default none.
   */
  readonly allow?: readonly string[];
  /** The URLs of the servers that clients name by `connector_id`. Default none. */
  readonly connectors?: Readonly<Record<string, string>>;
}

/** The operator's rules, ready to be asked. */
export interface McpRules {
  /** Where an entry's server is reached; null where the rules forbid it, or where the entry names no place. */
  urlOf(entry: McpTool): string | null;
  permits(url: URL): boolean;
  /** Whether they permit anything. */
  readonly permitSome: boolean;
  /** Whether a connection to this URL may go to this address, whoever said that it is the host's. */
  permitsAddress(address: string, url: URL): boolean;
}

interface Pattern {
  readonly protocol: string;
  /** With its port where that is not the scheme's own. Empty for any host. */
  readonly host: string;
  readonly port: string;
  readonly subdomains: boolean;
  readonly path: string;
  readonly isPrefix: boolean;
}

/**
 * @throws {SetupError} for a pattern or a connector's URL that makes no sense.
 */
export function mcpRules({ allow = [], connectors = {} }: McpSettings = {}): McpRules {
  const patterns = [...allow.map(readPattern), ...Object.entries(connectors).map(readConnector)];
  const permits = (url: URL): boolean => patterns.some((pattern) => matches(pattern, url));
  const named = new Set(patterns.flatMap(namedAddresses));
  return {
    permits,
    permitSome: patterns.length > 0,
    permitsAddress: (address, url) =>
      isPublicAddress(address) || named.has(`${address} ${portOf(url.protocol, url.port)}`),
    urlOf({ server_url, connector_id }) {
      const given = connector_id === undefined ? server_url : ownValue(connectors, connector_id);
      const url = given === undefined ? null : URL.parse(given);
      // A name and password in the URL would be echoed with it.
      if (url === null || url.username !== '' || url.password !== '') return null;
      return permits(url) ? url.href : null;
    },
  };
}

/** For each entry, where its MCP server is reached; null for entries that are of another kind. */
export function urlsOf(tools: readonly Tool[], rules: McpRules): (string | null)[] {
  return tools.map((tool) => (tool.type === 'mcp' ? rules.urlOf(tool) : null));
}

/** The shape of a pattern: scheme, `*.` of its subdomains, host and port, path. */
export const patternShape = /^([Hh][Tt][Tt][Pp][Ss]?:)\/\/(\*\.)?(\*(?=[:/]|$)(?::\d+)?|[^/?#@*\s]+)(\/[^?#*\s]*\*?)?$/;

/** The shape of a connector's URL. */
export const connectorShape = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/?#@\s]+(?:[/?#]\S*)?$/;

function readPattern(pattern: string): Pattern {
  const [, scheme = '', wildcard, authority = '', path = '/*'] = patternShape.exec(pattern) ?? [];
  const isAnyHost = authority.startsWith('*');
  const host = isAnyHost ? authority.replace('*', 'any') : authority;
  const url = URL.parse(`${scheme}//${host}${path.replace(/\*$/, '')}`);
  if (url === null || (isAnyHost && wildcard !== undefined)) throw badPattern(pattern);
  return {
    protocol: url.protocol,
    host: isAnyHost ? '' : url.hostname,
    port: url.port,
    subdomains: wildcard !== undefined,
    path: url.pathname,
    isPrefix: path.endsWith('*'),
  };
}

function readConnector([name, given]: readonly [string, string]): Pattern {
  const url = connectorShape.test(given) ? URL.parse(given) : null;
  if (url === null) {
    const message = `The MCP connector ${name} needs an http or https URL without a user name, not ${JSON.stringify(given)}.`;
    throw new SetupError('invalid_configuration', message);
  }
  const { protocol, hostname: host, port, pathname: path } = url;
  return { protocol, host, port, subdomains: false, path, isPrefix: false };
}

function badPattern(pattern: string): SetupError {
  const message = `${JSON.stringify(pattern)} is no pattern of MCP servers. Write a URL such as "https://mcp.example/*".`;
  return new SetupError('invalid_configuration', message);
}

function matches(pattern: Pattern, url: URL): boolean {
  if (pattern.protocol !== url.protocol || pattern.port !== url.port) return false;
  const { host } = pattern;
  const isHost = host === '' || (pattern.subdomains ? url.hostname.endsWith(`.${host}`) : url.hostname === host);
  return isHost && (pattern.isPrefix ? url.pathname.startsWith(pattern.path) : url.pathname === pattern.path);
}

/** Addresses that a pattern names outright: its host is one, or is `localhost`. Only on the pattern's own port. */
function namedAddresses({ protocol, host, port, subdomains }: Pattern): string[] {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const addresses = bare === 'localhost' && !subdomains ? ['127.0.0.1', '::1'] : isIP(bare) === 0 ? [] : [bare];
  return addresses.map((address) => `${address} ${portOf(protocol, port)}`);
}

function portOf(protocol: string, port: string): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}

function ownValue(values: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
