import { isIPv4 } from 'node:net';

/** So many sessions may be opened at an endpoint that is not on this machine without being asked for twice. */
const freeSessions = 10;

/** Why a run may not begin as it was asked for, with what to do; null where it may. */
export function guardOf({
  url,
  sessions,
  estimate,
  yes,
}: {
  readonly url: URL;
  readonly sessions: number;
  /** What it may cost, in words. */
  readonly estimate: string;
  readonly yes: boolean;
}): string | null {
  if (yes || sessions <= freeSessions || isLoopback(url.hostname)) return null;
  return `${sessions} sessions at ${url.hostname}: ${estimate}. Say --yes if that is meant.`;
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
  );
}
