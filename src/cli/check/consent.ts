import { createInterface } from 'node:readline';
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
  return isGranted(`${line} Go on? [y/N] `);
}

/** Asks at the terminal. Whatever is no yes is a no: other words, Ctrl-C, the end of input. */
async function isGranted(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: question });
  try {
    terminal.prompt();
    for await (const answer of terminal) return /^y(es)?$/i.test(answer.trim());
    process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
