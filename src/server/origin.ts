/** Decides whether a page of this origin may use the server. Null stands for a request without `Origin` header. */
export type OriginRule = (origin: string | null) => boolean;

/** Accepts requests that name no origin, those of loopback pages, and those of the origins listed. */
export function originRule(allowed: readonly string[]): OriginRule {
  const listed = new Set(allowed.map((origin) => origin.toLowerCase()));
  return (origin) => origin === null || listed.has(origin.toLowerCase()) || isLoopbackOrigin(origin);
}

/** Whether this host is the machine itself: a server bound to it is out of reach for every other. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && isLoopbackHost(url.hostname);
}
