import { until } from '../clients/until.ts';
import type { AnsweringServer, Request } from '../engines/openai/answering-server.ts';

/** What a server was asked, without what only opened a connection. */
export function asked({ requests }: AnsweringServer): readonly Request[] {
  return requests.filter(({ method }) => method === 'POST');
}

/** Waits until each of these requests was left before it was answered whole. */
export async function abandoned(who: string, requests: readonly Request[]): Promise<void> {
  let left = 0;
  for (const request of requests) void request.abandoned.then(() => (left += 1));
  await until(`${who} to be left alone`, () => left > 0 && left === requests.length);
}
