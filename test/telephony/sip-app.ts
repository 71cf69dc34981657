import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { afterEach } from 'vitest';
import { until } from '../clients/until.ts';

/** What an app was told. */
export interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The id of the call. */
  readonly callId: string;
}

/** An app that is told of calls. */
export interface App {
  readonly url: string;
  readonly told: readonly Delivery[];
  /** The delivery of this number, the first being 1, as soon as it is there. */
  delivery(number?: number): Promise<Delivery>;
}

/** What the secret of all these apps is. */
export const secret = `whsec_${Buffer.from('what only the app knows').toString('base64')}`;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Answers each delivery as `answer` says; without it with 200. */
export async function openApp(
  answer: (response: ServerResponse, delivery: Delivery) => unknown = (response) => response.end(),
): Promise<App> {
  const told: Delivery[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { call_id: callId = '' } = body === '' ? {} : JSON.parse(body).data;
      const delivery = { path: request.url ?? '', headers: request.headers, body, callId };
      told.push(delivery);
      answer(response, delivery);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    told,
    delivery: (number = 1) => until(`delivery ${number}`, () => told[number - 1]),
  };
}
