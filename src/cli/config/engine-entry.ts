import * as z from 'zod';
import { flag, httpUrl, key, oneOf, section, text, whole } from './field.ts';

/** An engine that is a module of the user's: a path, which no built-in engine is called like. */
const modulePath = /^(?:\.{0,2}\/|[A-Za-z]:[\\/]).*|^.+\.[cm]?[jt]s$/;

/** A module: its default export is called with every other key of the entry, as they stand. */
export const moduleEntry = z.looseObject({
  engine: z
    .string({ error: 'must name an engine' })
    .regex(modulePath, { error: 'must be a path such as ./my-engine.js', abort: true })
    .brand('module path') // so that no name of a built-in engine is taken for one
    .describe('A module, relative to the configuration file. Its default export is called with the other keys.'),
});

const reach = {
  base_url: key(
    "Where the API is reached, with its version. Default https://api.openai.com/v1, which is OpenAI's own.",
    httpUrl('http://localhost:8000/v1'),
  ),
  api_key: key(
    "Sent as a bearer token. Default: OPENAI_API_KEY of the environment if base_url is OpenAI's own, else none.",
    text('an API key'),
  ),
  headers: key(
    'Further headers of every request.',
    z.record(z.string(), z.string({ error: 'must be text' }), { error: 'must hold headers and their values' }),
  ),
  timeout_ms: key('Longest wait for the beginning of an answer, in milliseconds. Default 30000.', whole(1, 3_600_000)),
  idle_timeout_ms: key(
    'Longest pause in the midst of an answer, in milliseconds. Default: as timeout_ms.',
    whole(1, 3_600_000),
  ),
  total_timeout_ms: key('The longest that one answer may take, in milliseconds. Default 600000.', whole(1, 86_400_000)),
  retries: key('How often a request that failed before it had an answer is made again. Default 2.', whole(0, 10)),
  extra: key(
    'Further fields of every request, for what only this server knows.',
    z.record(z.string(), z.unknown(), { error: 'must hold keys and values' }),
  ),
};

/** An engine of the OpenAI API: `engine: openai`, where it is reached, the model, and what its kind adds. */
function openai<T extends z.ZodRawShape>(shape: T) {
  return section({
    engine: z.literal('openai').describe('Any endpoint of the shape of the OpenAI API.'),
    model: text('the name of a model').describe('The model, by the name that the endpoint knows it by.'),
    ...reach,
    ...shape,
  });
}

const openaiTranscriber = openai({
  path: key(
    'Where transcriptions are made, after base_url. Default /audio/transcriptions; /inference at whisper.cpp.',
    z
      .string({ error: 'must be a path such as /inference' })
      .regex(/^\//, { error: 'must be a path such as /inference' }),
  ),
  language: key(
    "The language that is spoken, as ISO-639-1, if the session names none. Default: the model's guess.",
    text('a language such as en'),
  ),
  prompt: key('Words and names that are likely to come up, if the session gives none.', text('a text')),
  response_format: key(
    'The shape of the answer; verbose_json and diarized_json bring segments. Default json.',
    oneOf(['json', 'text', 'verbose_json', 'diarized_json']),
  ),
  stream: key('Whether the transcript is asked for in pieces, as it grows. Default false.', flag()),
  logprobs: key('Whether the probability of each token is asked for. Default false.', flag()),
  sample_rate: key('The rate of the sound that is sent, in hertz. Default 16000.', whole(8000, 48_000)),
});

const openaiLanguageModel = openai({
  api: key(
    'chat: /chat/completions, which every server has. responses: /responses. Default chat.',
    oneOf(['chat', 'responses']),
  ),
  hears: key('The model takes sound: it is sent what the user says instead of its transcript. Default false.', flag()),
  system_role: key('The role of the instructions in the chat API. Default system.', oneOf(['system', 'developer'])),
  late_system_role: key(
    'The role of system messages in the midst of a conversation, which some chat templates refuse. Default system.',
    oneOf(['system', 'developer', 'user']),
  ),
  max_tokens_field: key(
    'What the chat API calls the most tokens of an answer. Default max_completion_tokens at OpenAI, else max_tokens.',
    text('the name of a field'),
  ),
  opens_in_thought: key("The model's text begins with a thought that ends in </think>. Default false.", flag()),
});

const openaiSynthesizer = openai({
  voice: key(
    "The endpoint's voice for those that `voices` does not name. Default: the session's voice by its own name.",
    text('the name of a voice'),
  ),
  response_format: key(
    'pcm: 16-bit samples and nothing else. wav: a file that tells its rate. Default pcm.',
    oneOf(['pcm', 'wav']),
  ),
  sample_rate: key('The rate of pcm in hertz, if the answer does not tell it. Default 24000.', whole(8000, 192_000)),
  stream_format: key('sse: sound comes as events. audio: as bytes. Default audio.', oneOf(['audio', 'sse'])),
  instructions: key('How to speak, for models that take instructions.', text('a text')),
});

const espeak = section({
  engine: z.literal('espeak').describe('The program espeak-ng, found on PATH.'),
  language: key(
    'The language of all that is said, by its name in espeak-ng. Default en-us.',
    text('a language such as en-us'),
  ),
});

/** An engine without settings, as a mapping. */
function plain<const Name extends string>(name: Name) {
  return section({ engine: z.literal(name) });
}

/** One of these engines, or a module. `short` are those that need no settings: their name alone stands for the entry. */
function engine<const T extends readonly z.ZodType[], const Short extends readonly [string, ...string[]]>(
  choices: T,
  short: Short,
  names: readonly string[] = short,
) {
  return z.union([oneOf(short), ...choices, moduleEntry], { error: misfit(short, names) });
}

/** What is said of an entry that is no engine, and of what is no entry at all. */
function misfit(short: readonly string[], names: readonly string[]): (issue: { readonly input?: unknown }) => string {
  const example = names.includes('openai') ? '{ engine: openai, model: … }' : '{ engine: ./my-engine.js }';
  return ({ input }) =>
    typeof input === 'object' && input !== null
      ? `must be one of ${names.join(', ')}, or a path such as ./my-engine.js`
      : `must be ${[...short, `an entry such as ${example}`].join(' or ')}`;
}

const silero = section({
  engine: z.literal('silero').describe('The Silero model, which comes with the package.'),
  gate: key('Leave out what is plainly silent, without asking the model. Default true.', flag()),
  onnxruntime: key('Use onnxruntime-node, if it is installed. Default true.', flag()),
});

export const vadEntry = engine([silero, plain('energy')], ['silero', 'energy']);

export const endOfTurnEntry = engine([plain('silence')], ['silence']);

export const transcriberEntry = engine([openaiTranscriber, plain('none')], ['none'], ['openai', 'none']);

/** No language model works without settings, so that none has a short form. */
export const languageModelEntry = z.union([openaiLanguageModel, moduleEntry], { error: misfit([], ['openai']) });

export const synthesizerEntry = engine(
  [openaiSynthesizer, espeak, plain('tone')],
  ['espeak', 'tone'],
  ['openai', 'espeak', 'tone'],
);

export const speechToSpeechEntry = engine([plain('echo')], ['echo']);

/** What the parts of an entry are called in the published JSON Schema. */
export const engineNames: readonly (readonly [schema: z.ZodType, name: string])[] = [
  [moduleEntry, 'ModuleEngine'],
  [vadEntry, 'Vad'],
  [silero, 'Silero'],
  [endOfTurnEntry, 'EndOfTurn'],
  [transcriberEntry, 'Transcriber'],
  [openaiTranscriber, 'OpenaiTranscriber'],
  [languageModelEntry, 'LanguageModel'],
  [openaiLanguageModel, 'OpenaiLanguageModel'],
  [synthesizerEntry, 'Synthesizer'],
  [openaiSynthesizer, 'OpenaiSynthesizer'],
  [espeak, 'Espeak'],
  [speechToSpeechEntry, 'SpeechToSpeech'],
];

export type OpenaiTranscriberEntry = z.infer<typeof openaiTranscriber>;
export type OpenaiLanguageModelEntry = z.infer<typeof openaiLanguageModel>;
export type OpenaiSynthesizerEntry = z.infer<typeof openaiSynthesizer>;
export type ModuleEntry = z.infer<typeof moduleEntry>;

/** Whether an entry names a module and not a built-in engine. */
export function isModule(entry: unknown): entry is ModuleEntry {
  return typeof entry === 'object' && entry !== null && 'engine' in entry && modulePath.test(String(entry.engine));
}
