import { costLine } from '../../check/cost.ts';
import { isPrivateHost } from '../../check/node/host.ts';
import { SetupError } from '../../server/setup-error.ts';
import { printable } from '../printable.ts';
import type { Settings } from './settings.ts';

/**
 * Whether the run may begin. Before it asks an endpoint for answers that somebody may bill for, it says how many: at a
 * terminal it asks, and elsewhere it needs `yes`.
 *
 * @throws {SetupError} where nobody can be asked.
 */
export async function mayBegin({ checks, network }: Settings, yes: boolean): Promise<boolean> {
  const { hostname } = network.url;
  const cost = costLine(checks, network.query['model'] ?? '');
  if (yes || cost === null || isPrivateHost(hostname)) return true;
  const line = `${printable(hostname)} may bill for this: ${cost}`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new SetupError('invalid_configuration', `${line} Say --yes if that is meant.`);
  }
  const { confirm } = await import('@clack/prompts');
  return (await confirm({ message: `${line} Go on?`, initialValue: false, output: process.stderr })) === true;
}
