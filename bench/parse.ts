import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseClientEvent, parseServerEvent } from '../src/protocol/index.ts';
import { ratio } from './measure.ts';

const delta = JSON.stringify({
  type: 'response.output_text.delta',
  event_id: 'event_C1a2b3c4d5e6f7g8h9i0j',
  response_id: 'resp_C1a2b3c4d5e6f7g8h9i0j',
  item_id: 'item_C1a2b3c4d5e6f7g8h9i0j',
  output_index: 0,
  content_index: 0,
  delta: ' hello',
});

const append = JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.alloc(15_000, 7).toString('base64') });

const update = JSON.stringify({
  type: 'session.update',
  session: {
    type: 'realtime',
    instructions: 'Be brief.',
    audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.4 } }, output: { voice: 'marin' } },
    tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }],
  },
});

interface AgentsParser {
  parseRealtimeEvent(event: { data: string }): unknown;
}

/** Not exported by the package, so its file is imported. */
const agentsParserFile = join(
  import.meta.dirname,
  '../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs',
);

/** Parsing and checking, with limits, against `JSON.parse` alone and against the checks of `@openai/agents-realtime`. */
export async function run(): Promise<void> {
  const agents: AgentsParser = await import(pathToFileURL(agentsParserFile).href);
  ratio(
    'small delta against JSON.parse',
    () => parseServerEvent(delta),
    () => JSON.parse(delta),
  );
  ratio(
    '20 kB append against JSON.parse',
    () => parseClientEvent(append),
    () => JSON.parse(append),
  );
  ratio(
    'session.update against JSON.parse',
    () => parseClientEvent(update),
    () => JSON.parse(update),
  );
  ratio(
    'small delta against agents-realtime',
    () => parseServerEvent(delta),
    () => agents.parseRealtimeEvent({ data: delta }),
  );
}
