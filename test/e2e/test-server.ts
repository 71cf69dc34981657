import { afterEach } from 'vitest';
import type { Model, ModelSession } from '../../src/engines/contract.ts';
import { echoModel } from '../../src/engines/echo.ts';
import { type ListenOptions, listen, type RunningServer } from '../../src/server/index.ts';

export const echo = echoModel({ voice: null });

/** A model that answers a turn as `respond` says. */
export function modelThat(respond: ModelSession['respond']): Model {
  return { open: () => ({ ...echo.open(), respond }) };
}

const running: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

export interface TestServer extends RunningServer {
  /** `ws://host:port`, or wss. */
  readonly ws: string;
  /** Where a session with the model `echo` opens. */
  readonly realtime: string;
}

/** A server on a free port with the model `echo`, closed after the test. */
export async function serve(options: Partial<ListenOptions> = {}): Promise<TestServer> {
  const server = await listen({ port: 0, models: { echo }, ...options });
  running.push(server);
  const ws = server.url.replace('http', 'ws');
  return { ...server, ws, realtime: `${ws}/v1/realtime?model=echo` };
}

/** What a client sends for a text turn. */
export const textTurn = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
  },
  { type: 'response.create', response: { output_modalities: ['text'] } },
];
