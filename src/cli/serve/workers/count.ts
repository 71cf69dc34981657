import { availableParallelism } from 'node:os';
import { SetupError } from '../../../server/setup-error.ts';

/** More processes than any machine has cores. */
const most = 1024;

/** How many processes `--workers` asks for. @throws {SetupError} for what is no number of them. */
export function workerCount(flag: string | undefined): number {
  if (flag === undefined) return 1;
  if (flag === 'auto') return availableParallelism();
  const count = /^\d+$/.test(flag) ? Number(flag) : 0;
  if (count >= 1 && count <= most) return count;
  throw new SetupError(
    'invalid_configuration',
    `--workers must be auto or a whole number from 1 to ${most}, not "${flag}".`,
  );
}

/** How long before all must be gone the workers that are left are cut, in milliseconds. */
const headStartMs = 200;

/** How long workers may drain before what is left of them is cut, in milliseconds, where all may take so many seconds. */
export function drainMsOf(seconds = 10): number {
  return Math.max(0, seconds * 1000 - headStartMs);
}

/** The UDP port of worker `index`, the first being 1; 0 stays any free one. @throws {SetupError} where the last would have none. */
export function udpPortOf(port: number | undefined, index: number): number | undefined {
  if (port === undefined || port === 0) return port;
  const own = port + index - 1;
  if (own <= 65_535) return own;
  const message = `The UDP ports of the workers begin at ${port}, and end above 65535. Choose a lower --udp-port.`;
  throw new SetupError('invalid_configuration', message);
}

/**
 * Where other machines reach worker `index`: at the port of `--node-url`, or as many behind it.
 *
 * @throws {SetupError} where that is the port of clients, is none, or can't be listened at.
 */
export function nodeUrlOf(nodeUrl: string, index: number, clients?: number): string {
  const url = new URL(nodeUrl);
  const port = Number(url.port || 80) + index - 1;
  if (url.protocol !== 'http:' || port > 65_535) {
    throw invalid(
      `With --workers each worker listens for other nodes by itself, so --node-url must be http:// and leave room for their ports, unlike "${nodeUrl}".`,
    );
  }
  if (port === clients) {
    throw invalid(
      `With --workers the ports from that of --node-url on are for other nodes, and ${port} is the port of clients. Choose others, such as http://10.0.0.5:9000.`,
    );
  }
  url.port = `${port}`;
  return url.origin;
}

function invalid(message: string): SetupError {
  return new SetupError('invalid_configuration', message);
}
