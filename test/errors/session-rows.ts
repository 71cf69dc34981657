import { type Row, respond, rows, shaped, update } from './rows.ts';

function unknownKey(session: object, param: string): Row {
  const message = `Unknown parameter: '${param}'.`;
  return { what: `the unknown field ${param}`, frame: update(session), code: 'unknown_parameter', param, message };
}

function badValue(session: object, param: string, message: string): Row {
  const frame = { type: 'session.update', session: { type: 'realtime', ...session } };
  return { what: `${JSON.stringify(session)} in an update`, frame, code: 'invalid_value', param, message };
}

function outOfBounds(code: string, session: object, param: string, what: string, bounds: string): Row {
  const message = `Invalid '${param}': ${what}. Expected a value ${bounds} instead.`;
  return { what: `${param} out of its bounds: ${bounds}`, frame: update(session), code, param, message };
}

const input = (settings: object): object => ({ audio: { input: settings } });
const vad = (settings: object): object => input({ turn_detection: { type: 'server_vad', ...settings } });
const output = (settings: object): object => ({ audio: { output: settings } });
const turnDetection = 'session.audio.input.turn_detection';

const wrongUpdates: readonly Row[] = [
  badValue(
    { type: 'assistant' },
    'session.type',
    "Invalid value: 'assistant'. Supported values are: 'realtime', 'transcription'.",
  ),
  badValue(
    { output_modalities: ['text', 'audio'] },
    'session.output_modalities',
    "Invalid value: ['text', 'audio']. Supported values are: ['text'], ['audio'].",
  ),
  badValue(
    vad({ threshold: 1.5 }),
    `${turnDetection}.threshold`,
    'Invalid value: 1.5. Supported values are: numbers from 0 to 1.',
  ),
  badValue(
    input({ turn_detection: { type: 'none' } }),
    `${turnDetection}.type`,
    "Invalid value: 'none'. Supported values are: 'server_vad', 'semantic_vad'.",
  ),
  badValue(
    input({ format: { type: 'pcm16' } }),
    'session.audio.input.format.type',
    "Invalid value: 'pcm16'. Supported values are: 'audio/pcm', 'audio/pcmu', 'audio/pcma'.",
  ),
  badValue(
    input({ transcription: { model: 'gpt-realtime-whisper' }, turn_detection: { type: 'semantic_vad' } }),
    turnDetection,
    "Turn detection is not supported for the transcription model 'gpt-realtime-whisper'.",
  ),
  badValue(
    { tools: [{ type: 'function', name: 'get weather' }] },
    'session.tools[0].name',
    "Invalid 'session.tools[0].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]{1,64}$'.",
  ),
  badValue(
    { tools: [{ type: 'function', name: 'twice' }, { name: 'twice' }] },
    'session.tools[1].name',
    "Duplicate function name: 'twice'. Each function needs a name of its own.",
  ),
  badValue(
    { model: 'another' },
    'session.model',
    "Invalid value: 'another'. The model of a running session cannot be changed.",
  ),
  unknownKey({ voice: 'alloy' }, 'session.voice'),
  unknownKey({ modalities: ['text'] }, 'session.modalities'),
  unknownKey({ input_audio_format: 'pcm16' }, 'session.input_audio_format'),
  unknownKey({ turn_detection: null }, 'session.turn_detection'),
  unknownKey({ temperature: 0.8 }, 'session.temperature'),
  unknownKey(input({ turn_detection: { type: 'semantic_vad', threshold: 0.5 } }), `${turnDetection}.threshold`),
  unknownKey(input({ format: { type: 'audio/pcmu', rate: 8000 } }), 'session.audio.input.format.rate'),
  outOfBounds(
    'integer_below_min_value',
    input({ format: { type: 'audio/pcm', rate: 8000 } }),
    'session.audio.input.format.rate',
    'integer below minimum value',
    '>= 24000, but got 8000',
  ),
  outOfBounds(
    'integer_below_min_value',
    { max_output_tokens: 0 },
    'session.max_output_tokens',
    'integer below minimum value',
    '>= 1, but got 0',
  ),
  outOfBounds(
    'integer_above_max_value',
    { max_output_tokens: 4097 },
    'session.max_output_tokens',
    'integer above maximum value',
    '<= 4096, but got 4097',
  ),
  outOfBounds(
    'decimal_below_min_value',
    output({ speed: 0.2 }),
    'session.audio.output.speed',
    'decimal below minimum value',
    '>= 0.25, but got 0.2',
  ),
  outOfBounds(
    'decimal_above_max_value',
    output({ speed: 1.6 }),
    'session.audio.output.speed',
    'decimal above maximum value',
    '<= 1.5, but got 1.6',
  ),
  outOfBounds(
    'integer_below_min_value',
    vad({ idle_timeout_ms: 4999 }),
    `${turnDetection}.idle_timeout_ms`,
    'integer below minimum value',
    '>= 5000, but got 4999',
  ),
];

const typeSwitches: readonly Row[] = [
  {
    what: 'a transcription update in a realtime session',
    frame: { type: 'session.update', session: { type: 'transcription' } },
    code: 'invalid_parameter',
    param: 'session.type',
    message: 'Passing a transcription session update event to a realtime session is not allowed.',
  },
  {
    what: 'a realtime update in a transcription session',
    opening: { kind: 'transcription' },
    frame: update({}),
    code: 'invalid_parameter',
    param: 'session.type',
    message: 'Passing a realtime session update event to a transcription session is not allowed.',
  },
];

const voice = "Cannot update a conversation's voice if assistant audio is present.";

const voices = rows(
  { before: (session) => session.send({ type: 'response.create' }) },
  {
    what: 'another voice once the session has spoken',
    frame: update(output({ voice: 'verse' })),
    code: 'cannot_update_voice',
    param: null,
    message: voice,
  },
  {
    what: 'another voice for one response once the session has spoken',
    frame: respond({ audio: { output: { voice: 'verse' } } }),
    code: 'cannot_update_voice',
    param: null,
    message: voice,
  },
);

const tooLong: readonly Row[] = [
  {
    what: 'instructions past their ceiling',
    frame: update({ instructions: 'word'.repeat(16_385) }),
    code: 'invalid_value',
    param: 'session.instructions',
    message:
      "Invalid 'session.instructions': instructions and tools have about 16385 tokens together, and may have 16384.",
  },
  {
    what: 'instructions past their ceiling for one response',
    frame: respond({ instructions: 'word'.repeat(16_385) }),
    code: 'invalid_value',
    param: 'response.instructions',
    message:
      "Invalid 'response.instructions': instructions and tools have about 16385 tokens together, and may have 16384.",
  },
];

const tracing: Row = {
  what: 'other tracing once it is on',
  before: (session) => session.send(update({ tracing: 'auto' })),
  frame: update({ tracing: { workflow_name: 'another' } }),
  code: 'invalid_value',
  param: 'session.tracing',
  message: 'Tracing was already enabled for this session and can no longer be changed.',
};

/** What `session.update` refuses, whole (behaviour §1.3, §2.2). */
const files = Object.fromEntries(
  ['a', 'b'].map((key) => [
    key,
    { type: 'input_file', detail: 'auto', filename: '', file_data: 'x'.repeat(600_000) } as const,
  ]),
);

const tooLarge: readonly Row[] = [
  {
    what: 'a prompt that holds too much',
    frame: update({ prompt: { id: 'p', variables: files } }),
    code: 'string_above_max_length',
    param: 'session.prompt',
    message: shaped(/^Invalid 'session.prompt': string too long. Expected at most 1000000 bytes of JSON/),
  },
  {
    what: 'metadata of tracing that holds too much',
    frame: update({ tracing: { metadata: { a: 'x'.repeat(65_536) } } }),
    code: 'string_above_max_length',
    param: 'session.tracing.metadata',
    message: shaped(/^Invalid 'session.tracing.metadata': string too long. Expected at most 65536 bytes of JSON/),
  },
  ...[
    ['session.audio.output.voice', output({ voice: 'x'.repeat(513) }), 512],
    ['session.audio.input.transcription.prompt', input({ transcription: { prompt: 'x'.repeat(65_537) } }), 65_536],
    ['session.tracing.group_id', { tracing: { group_id: 'x'.repeat(513) } }, 512],
    ['session.prompt.id', { prompt: { id: 'x'.repeat(513) } }, 512],
  ].map(([param, session, most]): Row => {
    const message = `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${Number(most) + 1} instead.`;
    return {
      what: `${param} of ${Number(most) + 1}`,
      frame: update(Object(session)),
      code: 'string_above_max_length',
      param: String(param),
      message,
    };
  }),
  {
    what: 'more tools than a session may have',
    frame: update({ tools: Array.from({ length: 1001 }, (_, index) => ({ type: 'function', name: `f${index}` })) }),
    code: 'array_above_max_length',
    param: 'session.tools',
    message: shaped(/^Invalid 'session.tools': array too long. Expected an array with maximum length 1000/),
  },
];

export const sessionRows: readonly Row[] = [
  ...tooLarge,
  ...wrongUpdates,
  ...typeSwitches,
  ...voices,
  ...tooLong,
  tracing,
];
