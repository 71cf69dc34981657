/** Decides whether a page of this origin may use the server. Null stands for a request without `Origin` header. */
export type OriginRule = (origin: string | null) => boolean;

/** Accepts requests that name no origin, those of loopback pages, and those of the origins listed. */
export function originRule(allowed: readonly string[]): OriginRule {
  const listed = new Set(allowed.map((origin) => origin.toLowerCase()));
  return (origin) => origin === null || listed.has(origin.toLowerCase()) || isLoopbackOrigin(origin);
}

/** Decides whether the server may be asked under this `Host`. Null stands for a request without that header. */
export type HostRule = (host: string | null) => boolean;

/**
 * Accepts the names of the machine itself and those listed, with any port; and no name at all, which no browser sends.
 * Any other may be one of a page's own that was made to lead here (DNS rebinding).
 */
export function hostRule(allowed: readonly string[]): HostRule {
  const listed = new Set(allowed.map((name) => nameOf(name) ?? name.toLowerCase()));
  return (host) => {
    if (host === null) return true;
    const name = nameOf(host);
    return name !== null && (listed.has(name) || isLoopbackHost(name));
  };
}

/** Whether this host is the machine itself: a server bound to it is out of reach for every other. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** Whether an origin names the very host and port that the request was sent to, as `Host` has them. */
export function isOwnAddress(origin: string, host: string): boolean {
  const [, scheme, address] = /^(https?:|wss?:)\/\/(.+)$/i.exec(origin) ?? [];
  if (scheme === undefined || address === undefined) return false;
  // Parsed with the origin's scheme, whose own port may be left out of either.
  const asked = addressOf(host, scheme);
  return asked !== null && asked.host === addressOf(address, scheme)?.host;
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && isLoopbackHost(url.hostname);
}

/** The name in a `Host`, as URLs spell it: lower case, addresses in one way only. An address of IPv6 may lack its brackets. */
function nameOf(host: string): string | null {
  const isBare = /^[^[\]]*:[^[\]]*:[^[\]]*$/.test(host);
  return addressOf(isBare ? `[${host}]` : host, 'http:')?.hostname ?? null;
}

function addressOf(host: string, scheme: string): URL | null {
  return /^[^\s/?#@\\]+$/.test(host) ? URL.parse(`${scheme}//${host}`) : null;
}
