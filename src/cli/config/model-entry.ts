import * as z from 'zod';
import {
  endOfTurnEntry,
  languageModelEntry,
  speechToSpeechEntry,
  synthesizerEntry,
  transcriberEntry,
  vadEntry,
} from './engine-entry.ts';
import { flag, httpUrl, key, section, text, whole } from './field.ts';
import { notAnEntry } from './model-hint.ts';
import { relayEntry, relayNames } from './relay-entry.ts';

/** Another mistake comes first: an unknown key may be meant for the one that is missed. */
const ifNothingElse = { when: ({ issues }: z.core.ParsePayload) => issues.length === 0 };

/** The JSON Schema of a function's arguments. */
const parameters = z.record(z.string(), z.unknown(), { error: 'must be a JSON Schema' });

const functionTool = section({
  type: key('May be left out.', z.literal('function', { error: 'must be function' })),
  name: text('the name of a function').describe('The name that calls carry.'),
  description: key('What it does and when to call it, for the model to read.', text('a text')),
  parameters: key('The JSON Schema of its arguments. Default: it takes none.', parameters),
});

const mcpServer = section({
  server_label: text('a name for the server').describe('Names the server in the log.'),
  server_url: httpUrl('https://mcp.example/mcp').describe('Where the server speaks streamable HTTP.'),
  authorization: key('An OAuth access token for the server.', text('an access token')),
  headers: key(
    'Further headers of every request.',
    z.record(z.string(), z.string({ error: 'must be text' }), { error: 'must hold headers and their values' }),
  ),
  allowed_tools: key(
    'The names of the tools that may be called. Default: all of them.',
    z.array(text('the name of a tool'), { error: 'must be a list of names of tools' }),
  ),
});

const pipelineKeys = {
  vad: key('The voice activity detector: it notices when somebody speaks. Default silero.', vadEntry),
  end_of_turn: key(
    'Decides under semantic_vad when a turn is over. Default silence: by its length, and by how finished the transcript looks.',
    endOfTurnEntry,
  ),
  transcriber: transcriberEntry.describe(
    'Transcribes speech. none: for a language model that hears (`hears: true`), or for typed text only.',
  ),
  language_model: languageModelEntry.describe('Says what to answer.'),
  synthesizer: synthesizerEntry.describe('Speaks the answer.'),
  voices: key(
    'What a voice of the API is called by the synthesizer, e.g. { marin: af_heart }.',
    z.record(z.string(), text('the name of a voice'), { error: 'must hold voices and their names' }),
  ),
  instructions: key('Instructions that stand before those of every session.', text('a text')),
  tools: key(
    "Functions that are offered with those of every session; a session's function of the same name wins.",
    z.array(functionTool, { error: 'must be a list of functions' }),
  ),
  mcp_servers: key(
    'MCP servers whose tools the model may call in every session. The server calls them itself; clients see neither the calls nor the servers.',
    z.array(mcpServer, { error: 'must be a list of MCP servers' }),
  ),
  early_generation: key(
    'Asks the language model while the user pauses, and throws the answer away if the user goes on. Default false.',
    flag(),
  ),
  clauses_ahead: key('Clauses that are made while the one before them is sent. Default 2.', whole(1, 16)),
  tool_rounds: key(
    'How often one response asks the model again with the outputs of its MCP calls. Default 8.',
    whole(1, 100),
  ),
  reasons: key('False: sessions refuse `reasoning` and `parallel_tool_calls`. Default true.', flag()),
  context_tokens: key(
    'Tokens that the model can read before it answers, four characters a token. Default 28672.',
    whole(1, 10_000_000),
  ),
  instruction_tokens: key(
    'The most tokens that instructions and tools may have together. Default 16384.',
    whole(1, 10_000_000),
  ),
};

const pipeline = section(
  pipelineKeys,
  () => 'must hold its engines: write { transcriber: …, language_model: …, synthesizer: … }',
).refine((entry) => entry.early_generation !== true || entry.mcp_servers === undefined, {
  path: ['early_generation'],
  error: 'and mcp_servers exclude each other: tools would be called for turns that may never be taken',
  ...ifNothingElse,
});

const kinds = {
  scenario: key(
    'A scenario file, relative to the configuration file: a script plays the model.',
    text('the path of a scenario file'),
  ),
  pipeline: key('Voice activity detector, transcriber, language model and synthesizer, one after the other.', pipeline),
  speech_to_speech: key('One engine that takes speech and answers in speech.', speechToSpeechEntry),
  relay: key('Sessions are passed on to an upstream Realtime endpoint, which answers them.', relayEntry),
};

/** One model of the file: exactly one kind. */
export const modelEntry = section(kinds, notAnEntry)
  .refine((entry) => Object.values(entry).some((kind) => kind !== undefined), {
    error: 'must say what the model is, e.g. { scenario: ./scenario.yaml }',
    ...ifNothingElse,
  })
  .refine((entry) => Object.keys(entry).length < 2, {
    ...ifNothingElse,
    error: ({ input }) =>
      `must be of one kind, but is ${typeof input === 'object' && input !== null ? Object.keys(input).join(' and ') : 'two'}`,
  })
  .meta({ minProperties: 1, maxProperties: 1 });

/** What the parts of a model are called in the published JSON Schema. */
export const modelNames: readonly (readonly [schema: z.ZodType, name: string])[] = [
  [modelEntry, 'Model'],
  [pipeline, 'Pipeline'],
  [functionTool, 'FunctionTool'],
  [mcpServer, 'McpServer'],
  ...relayNames,
];

export type ModelEntry = z.infer<typeof modelEntry>;
export type PipelineEntry = z.infer<typeof pipeline>;
export type McpServerEntry = z.infer<typeof mcpServer>;
