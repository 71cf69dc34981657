import type { Server } from 'node:http';
import type { Settings } from './options.ts';
import { SetupError } from './setup-error.ts';

/** Takes the address that clients come to. Resolves to the URL of it. */
export async function bind(server: Server, { host, port, tls }: Settings): Promise<string> {
  await listening(server, { host: bare(host), port }, (cause) => bindProblem(cause, host, port));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${bound}`;
}

/** Takes the address that other nodes come to, which no other process may have. */
export async function bindInside(server: Server, url: string): Promise<void> {
  const problem = (cause: Error): string => `Can't listen for other nodes at ${url}: ${oneLine(cause)}.`;
  if (url.startsWith('unix:')) return listening(server, { path: url.slice('unix:'.length), exclusive: true }, problem);
  const { hostname, port } = new URL(url);
  return listening(server, { host: bare(hostname), port: Number(port || 80), exclusive: true }, problem);
}

type Place = ({ readonly path: string } | { readonly host: string; readonly port: number }) & {
  /** No other process of a cluster shares it. */
  readonly exclusive?: boolean;
};

function listening(server: Server, place: Place, problem: (cause: NodeJS.ErrnoException) => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error): void => reject(new SetupError('address_unavailable', problem(cause), { cause }));
    server.once('error', failed);
    server.listen(place, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function bindProblem(cause: NodeJS.ErrnoException, host: string, port: number): string {
  switch (cause.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or choose another with --port (0 picks a free one).`;
    case 'EACCES':
      return `Port ${port} needs more rights than this user has. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${host} is not an address of this machine. Choose another with --host.`;
    default:
      return `Can't listen on ${host}, port ${port}: ${oneLine(cause)}.`;
  }
}

/** The message of whatever went wrong, in one line. */
export function oneLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ');
}
