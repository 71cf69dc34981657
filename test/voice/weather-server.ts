import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { listening } from '../mcp/mcp-server.ts';

const weather: Readonly<Record<string, string>> = {
  paris: 'sunny and twenty degrees',
  london: 'rainy and eleven degrees',
  berlin: 'cloudy and nine degrees',
};

const tool = {
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  inputSchema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

export interface WeatherServer {
  readonly url: string;
  /** The cities that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A real MCP server over HTTP whose one tool knows the weather in Paris, London and Berlin. */
export async function weatherServer(): Promise<WeatherServer> {
  const asked: string[] = [];
  const handle = toNodeHandler(createMcpHandler(() => serverOf(asked)));
  // A request that a server has received has a method and a URL.
  const http = createServer((request, response) => {
    void handle(Object.assign(request, { method: request.method ?? 'POST', url: '/mcp' }), response);
  });
  const port = await listening(http);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    asked,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function serverOf(asked: string[]): Server {
  const server = new Server({ name: 'weather', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools: [tool] }));
  server.setRequestHandler('tools/call', ({ params }) => {
    const city = String(params.arguments?.['city'] ?? '');
    asked.push(city);
    const text = weather[city];
    return text === undefined
      ? { content: [{ type: 'text', text: `no such city: ${city}` }], isError: true }
      : { content: [{ type: 'text', text }] };
  });
  return server;
}
