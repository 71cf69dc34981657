import { type Area, type Statement, testsIn } from '../promise.ts';

const config = testsIn('src/core/session-config.test.ts');
const events = testsIn('src/protocol/parse-errors.test.ts');
const nulls = testsIn('src/protocol/nulls.test.ts');
const parse = testsIn('src/protocol/parse.test.ts');
const responses = testsIn('src/core/response/response.test.ts');
const shown = testsIn('test/protocol/shown-session.test.ts');
const secrets = testsIn('test/e2e/secrets.test.ts');
const turns = testsIn('src/core/input-audio/turn.test.ts');
const updates = testsIn('test/promises/settings.test.ts');

const mistake = 'a client event that %s > %j';

const created: readonly Statement[] = [
  {
    id: 'created-first',
    section: '§1.2',
    promise: 'session.created is the first event.',
    kept: 'yes',
    proof: [config('shows every default of a realtime session')],
  },
  {
    id: 'created-defaults',
    section: '§1.2',
    promise: 'It shows every default: model, instructions, formats, voice, turn detection, tools and the rest.',
    kept: 'yes',
    proof: [config('shows every default of a realtime session')],
  },
  {
    id: 'created-nulls',
    section: '§1.2',
    promise: 'Keys that may be null are always there, those of a transcription config too.',
    kept: 'yes',
    proof: [
      config('replaces turn detection, transcription and format whole, with the defaults filled in again'),
      secrets('opens a transcription session where it is bound to one', 'prompt: null'),
    ],
  },
  {
    id: 'created-transcription',
    section: '§1.2',
    promise: 'A transcription session shows no model, no output and none of the switches for responses.',
    kept: 'yes',
    proof: [
      config('shows a transcription session no switches of responses under semantic_vad either'),
      config('shows a transcription session without model, output and the switches of responses'),
    ],
  },
  {
    id: 'created-conversation',
    section: '§1.2',
    promise: 'conversation.created follows only where that is switched on.',
    kept: 'yes',
    proof: [config('is followed by conversation.created only where that is asked for')],
  },
];

const updating: readonly Statement[] = [
  {
    id: 'update-type',
    section: '§1.3',
    promise: 'session.type must be there, and be realtime or transcription.',
    kept: 'yes',
    proof: [events(mistake, "'session.type', \"Missing required"), events(mistake, "update({ type: 'translation'")],
  },
  {
    id: 'update-merge',
    section: '§1.3',
    promise: 'Only fields that are present change; tools that are left out stay.',
    kept: 'yes',
    proof: [
      config('changes only what it names and answers with the whole session'),
      updates('keeps the tools that it leaves out'),
    ],
  },
  {
    id: 'update-clear',
    section: '§1.3',
    promise: '"", [] and null clear what they are given for.',
    kept: 'yes',
    proof: [config('clears with "", [] and null')],
  },
  {
    id: 'update-whole',
    section: '§1.3',
    promise: 'turn_detection, transcription and format are replaced whole, with their defaults filled in again.',
    kept: 'yes',
    proof: [config('replaces turn detection, transcription and format whole, with the defaults filled in again')],
  },
  {
    id: 'update-answer',
    section: '§1.3',
    promise:
      'The answer is session.updated with the whole session, also where nothing changes, under its own event_id.',
    kept: 'yes',
    proof: [
      config('answers an update that changes nothing'),
      updates('is answered under an event_id of the server’s, without the client’s'),
    ],
  },
  {
    id: 'update-atomic',
    section: '§1.3',
    promise: 'One wrong field drops the whole update.',
    kept: 'yes',
    proof: [config('drops the whole update for one wrong field')],
  },
  {
    id: 'update-unknown',
    section: '§1.3',
    promise: 'An unknown key, such as a flat one of the beta, is named by unknown_parameter.',
    kept: 'yes',
    proof: [events(mistake, "'session.voice'"), events(mistake, "'session.modalities'")],
  },
  {
    id: 'update-null',
    section: '§1.3',
    promise: 'null means absent wherever it has no meaning of its own; in a required field it is invalid_type.',
    kept: 'yes',
    proof: [nulls('%j passes as %j'), events(mistake, 'audio: null')],
  },
  {
    id: 'update-shown',
    section: '§1.3',
    promise: 'A session that session.updated showed can be sent back as it is, and changes nothing.',
    kept: 'yes',
    proof: [
      shown('is taken back, and changes nothing, after any updates'),
      shown('of a translation is taken back, and changes nothing, after any updates'),
      shown('makes a client secret that shows the same'),
    ],
  },
  {
    id: 'update-functions',
    section: '§1.3',
    promise: 'A function has a name of 1 to 64 letters, digits, _ and -, and no two have the same.',
    kept: 'yes',
    proof: [events(mistake, "tools: [{ name: 'get weather' }]"), config('refuses a function name twice, %s')],
  },
  {
    id: 'update-model',
    section: '§1.3',
    promise: 'The same model may be sent again, another one is refused.',
    kept: 'yes',
    proof: [config('accepts the same model again'), config('refuses %s', "'another model'")],
  },
  {
    id: 'update-type-switch',
    section: '§1.3',
    promise: 'A session cannot change its type, and the error names the direction.',
    kept: 'yes',
    proof: [updates('cannot make a %s session a %s session, and says so')],
  },
  {
    id: 'update-voice',
    section: '§1.3',
    promise: 'The voice is free until the session has spoken; afterwards only the same one is accepted.',
    kept: 'yes',
    proof: [config('fixes the voice once there was audio, and still takes the same voice')],
  },
  {
    id: 'update-bounds',
    section: '§1.3',
    promise: 'speed is 0.25 to 1.5, max_output_tokens 1 to 4096 or inf, output_modalities exactly one.',
    kept: 'yes',
    proof: [
      events(mistake, 'Expected a value >= 0.25'),
      events(mistake, 'Expected a value <= 4096'),
      events(mistake, "output_modalities: ['text', 'audio']"),
      events('%j passes', 'max_output_tokens: 4096'),
    ],
  },
  {
    id: 'update-speed',
    section: '§1.3',
    promise: 'Another speed holds from the next response on.',
    kept: 'yes',
    proof: [updates('brings another speed to the next response, not to the one that runs')],
  },
  {
    id: 'update-formats',
    section: '§1.3',
    promise: 'PCM is 24 kHz and no other rate; G.711 is 8 kHz and takes no rate.',
    kept: 'yes',
    proof: [events(mistake, 'Expected a value >= 24000'), events(mistake, "{ type: 'audio/pcmu', rate: 8000 }")],
  },
  {
    id: 'update-format-rate',
    section: '§1.3',
    promise:
      'A known difference: PCM without a rate is taken and shown with 24000, where the service asks for the rate.',
    kept: 'yes',
    proof: [config('fills in the rate of PCM, %s')],
  },
  {
    id: 'update-tracing',
    section: '§1.3',
    promise: 'tracing is accepted; once on it is fixed, and null turns it off.',
    kept: 'yes',
    proof: [config('fixes tracing once it is on'), config('clears with "", [] and null')],
  },
  {
    id: 'update-prompt',
    section: '§1.3',
    promise: 'Fields given directly go before those of a prompt template.',
    kept: 'partly',
    missing: 'stored prompt templates',
    proof: [updates('shows the prompt that it names, beside fields given directly')],
  },
  {
    id: 'update-reasoning',
    section: '§1.3',
    promise: 'reasoning and parallel_tool_calls reach the model, and are refused for models that do not reason.',
    kept: 'yes',
    proof: [
      responses('takes prompt, reasoning and parallel_tool_calls of its own before the session’s'),
      config('refuses %s, in updates and in responses'),
    ],
  },
  {
    id: 'update-turn-detection',
    section: '§1.3',
    promise: 'Other turn detection drops an open turn; any other update keeps it.',
    kept: 'yes',
    proof: [
      turns('keeps an open turn through a change of the input format'),
      turns('drops an open turn'),
      turns('keeps an open turn through any other update'),
    ],
  },
  {
    id: 'update-running-response',
    section: '§1.3',
    promise: 'A running response keeps the settings it started with.',
    kept: 'yes',
    proof: [responses('does not change with a later session.update')],
  },
  {
    id: 'update-beta',
    section: '§1.3',
    promise: 'transcription_session.update of the beta is an unknown type.',
    kept: 'yes',
    proof: [
      updates('in the words of the beta is unknown'),
      parse('of a client is refused with the twelve types that the service names'),
    ],
  },
  {
    id: 'update-ceiling',
    section: '§1.3',
    promise: 'Instructions and tools together have a ceiling of tokens.',
    kept: 'yes',
    proof: [
      config('refuses the whole update for %s that are past it'),
      config('is 16,384 tokens where the model has no other'),
      config('holds for the instructions of one response'),
    ],
  },
];

export const settings: readonly Area[] = [
  { name: 'Session settings: defaults and updates', statements: [...created, ...updating] },
];
