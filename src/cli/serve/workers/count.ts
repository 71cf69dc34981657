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

/** The UDP port of worker `index`, the first being 1; 0 stays any free one. @throws {SetupError} where the last would have none. */
export function udpPortOf(port: number | undefined, index: number): number | undefined {
  if (port === undefined || port === 0) return port;
  const own = port + index - 1;
  if (own <= 65_535) return own;
  const message = `The UDP ports of the workers begin at ${port}, and end above 65535. Choose a lower --udp-port.`;
  throw new SetupError('invalid_configuration', message);
}
