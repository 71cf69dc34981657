import { afterEach } from 'vitest';
import type { AnsweringServer } from './answering-server.ts';

/** Waits for a server, and closes it after the test that uses it. */
export function serversOfTest(): (starting: Promise<AnsweringServer>) => Promise<AnsweringServer> {
  const open: AnsweringServer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });
  return async (starting) => {
    const server = await starting;
    open.push(server);
    return server;
  };
}
