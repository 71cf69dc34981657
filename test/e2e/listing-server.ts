import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An endpoint of OpenAI's shape, as far as it lists models and answers "You asked: …" to what it is asked. */
export interface ListingServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly url: string;
  /** The authorization of every request, oldest first. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

export async function listingServer(...models: readonly string[]): Promise<ListingServer> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.url === '/v1/models') {
      const data = models.map((id) => ({ id, object: 'model', owned_by: 'me' }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
    } else if (request.url === '/v1/chat/completions') {
      const { messages } = JSON.parse(await textOf(request));
      const chunk = { choices: [{ delta: { content: `You asked: ${messages.at(-1).content}` }, finish_reason: null }] };
      const end = { choices: [{ delta: {}, finish_reason: 'stop' }] };
      response.setHeader('content-type', 'text/event-stream');
      response.end(`${[chunk, end].map((data) => `data: ${JSON.stringify(data)}\n\n`).join('')}data: [DONE]\n\n`);
    } else {
      response.writeHead(404).end('{}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
