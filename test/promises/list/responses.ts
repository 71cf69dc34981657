import { type Area, type Statement, testsIn } from '../promise.ts';

const agents = testsIn('test/clients/agents.test.ts');
const context = testsIn('test/promises/conversation.test.ts');
const events = testsIn('src/protocol/parse-errors.test.ts');
const laws = testsIn('test/laws/core.test.ts');
const model = testsIn('src/engines/scenario/model.test.ts');
const openai = testsIn('test/clients/openai.test.ts');
const responsesOf = testsIn('src/core/response/response.test.ts');
const streaming = testsIn('src/server/session/streaming.test.ts');
const session = testsIn('src/server/session/session.test.ts');
const turns = testsIn('src/core/input-audio/turn.test.ts');
const whole = testsIn('test/promises/responses.test.ts');
const hearing = testsIn('test/promises/hearing.test.ts');

const limits = testsIn('test/limits/key-limits.test.ts');

const law = 'keeps law $number: $says';

const start: readonly Statement[] = [
  {
    id: 'response-starts',
    section: '§4.1',
    promise: 'response.create, a spoken turn and the idle timeout start a response.',
    kept: 'yes',
    proof: [
      responsesOf('begins with a response that has every key'),
      turns('turns speech into a committed item and a response'),
      turns('commits the silence and makes a response'),
    ],
  },
  {
    id: 'response-one',
    section: '§4.1',
    promise: 'A second response in the conversation is refused, with the id of the first, which goes on.',
    kept: 'yes',
    proof: [responsesOf('refuses a second in the default conversation and names the first')],
  },
  {
    id: 'response-overrides',
    section: '§4.1',
    promise:
      'A response may have its own instructions, tools, tool choice, modality, voice, format, limit and metadata.',
    kept: 'yes',
    proof: [
      whole('may change everything for one response, and nothing for the session'),
      responsesOf('takes its own instructions and leaves the session’s as they were'),
    ],
  },
  {
    id: 'response-override-voice',
    section: '§4.1',
    promise: 'Its voice is bound like that of the session.',
    kept: 'yes',
    proof: [whole('cannot change the voice once the session has spoken')],
  },
  {
    id: 'response-own-settings',
    section: '§4.1',
    promise: 'A response may have its own prompt, reasoning and parallel_tool_calls.',
    kept: 'yes',
    proof: [responsesOf('takes prompt, reasoning and parallel_tool_calls of its own before the session’s')],
  },
  {
    id: 'response-input',
    section: '§4.1',
    promise: 'response.input is the whole context, with references resolved; it does not enter the conversation.',
    kept: 'yes',
    proof: [
      session('is heard by the model'),
      session('is refused where it is no base64'),
      responsesOf('is response.input where that is given, with references resolved'),
      whole('with an input of its own adds the answer to the conversation, not the input'),
    ],
  },
  {
    id: 'response-bad-reference',
    section: '§4.1',
    promise: 'A reference that names nothing is refused.',
    kept: 'yes',
    proof: [responsesOf('is refused where a reference names nothing')],
  },
  {
    id: 'response-tool-choice',
    section: '§4.1',
    promise: 'tool_choice is none, auto, required, a function or an MCP tool; a bare function name is refused.',
    kept: 'yes',
    proof: [
      whole('may change everything for one response, and nothing for the session', 'toolChoice'),
      events('a client event that %s > %j', "tool_choice: 'get_weather'"),
    ],
  },
  {
    id: 'response-frozen',
    section: '§4.1',
    promise: 'A response works on a frozen copy of settings and items.',
    kept: 'yes',
    proof: [
      responsesOf('does not change with a later session.update'),
      context('added while a response runs is for the next one'),
    ],
  },
];

const output: readonly Statement[] = [
  {
    id: 'text-order',
    section: '§4.2',
    promise: 'The events of a text response come in the order of the service.',
    kept: 'yes',
    proof: [responsesOf('a text response > sends its events in the order of the service'), openai('holds a text turn')],
  },
  {
    id: 'text-obfuscation',
    section: '§4.2',
    promise: 'Deltas of text are padded by obfuscation.',
    kept: 'yes',
    proof: [whole('pads the deltas of text, so that their sizes tell less')],
  },
  {
    id: 'audio-order',
    section: '§4.3',
    promise: 'The events of an audio response come in the order of the service, audio.done before transcript.done.',
    kept: 'yes',
    proof: [
      responsesOf('an audio response > sends its events in the order of the service'),
      agents('holds a typed turn that is answered aloud'),
    ],
  },
  {
    id: 'audio-names',
    section: '§4.3',
    promise: 'Parts are called text and audio in part events, output_text and output_audio in items.',
    kept: 'yes',
    proof: [
      responsesOf('a text response > sends its events in the order of the service', "part: { type: 'text', text: '' }"),
      responsesOf('an audio response > sends its events in the order of the service', "type: 'audio', transcript: ''"),
    ],
  },
  {
    id: 'audio-format',
    section: '§4.3',
    promise: 'Audio is base64 of the output format, PCM or G.711, in deltas only.',
    kept: 'yes',
    proof: [
      session('sends an audio delta as base64 of the output format'),
      whole('in G.711 has a byte for each sample at 8 kHz'),
      laws(law, 'response.done lists the items of output_item.done'),
    ],
  },
  {
    id: 'output-close-outs',
    section: '§4.3',
    promise: 'However a response ends, every open stream, part and item gets its done event with what was sent.',
    kept: 'yes',
    proof: [
      responsesOf('closes what is open and leaves a usable, incomplete item'),
      laws(law, 'items, parts and streams are closed in their order, however a response ends'),
    ],
  },
];

const calls: Area = {
  name: 'Function calls',
  statements: [
    {
      id: 'call-order',
      section: '§4.4',
      promise: 'A call has its call_id and name from the start, streams its arguments, and has no content parts.',
      kept: 'yes',
      proof: [
        responsesOf('have no content parts, and keep their ids from the start'),
        openai('calls a tool and speaks its result'),
      ],
    },
    {
      id: 'call-arguments',
      section: '§4.4',
      promise: 'Arguments are JSON text, {} where there are none.',
      kept: 'yes',
      proof: [
        model('calls a function without arguments with {}'),
        whole('that calls a function without saying any arguments says {}'),
      ],
    },
    {
      id: 'call-client-goes-on',
      section: '§4.4',
      promise: 'The response completes; the client sends the output and asks for the next response.',
      kept: 'yes',
      proof: [
        whole('is how a client goes on after a call: the server does not'),
        agents('runs its tool and speaks the result, by its own loop'),
      ],
    },
    {
      id: 'call-several',
      section: '§4.4',
      promise: 'A response may hold messages and several calls, one after the other, output_index counting up.',
      kept: 'yes',
      proof: [
        whole('makes one item after the other, several calls among them'),
        responsesOf('come after a message with the next output index'),
      ],
    },
  ],
};

const outOfBand: readonly Statement[] = [
  {
    id: 'out-of-band-parallel',
    section: '§4.1',
    promise: 'They run beside a response of the conversation and beside each other.',
    kept: 'yes',
    proof: [whole('runs beside any number of others')],
  },
  {
    id: 'out-of-band-apart',
    section: '§4.5',
    promise: 'They have no conversation_id and no conversation events, and leave nothing behind.',
    kept: 'yes',
    proof: [
      responsesOf('runs out-of-band responses beside it, which touch no conversation'),
      whole('leaves nothing that can be retrieved, followed or read later'),
    ],
  },
  {
    id: 'metadata-echo',
    section: '§4.5',
    promise: 'metadata is echoed in response.created and response.done.',
    kept: 'yes',
    proof: [
      responsesOf('begins with a response that has every key', "metadata: { a: 'b' }"),
      whole('carries every key at its end as at its start', "metadata: { topic: 'x' }"),
    ],
  },
];

const cancel: readonly Statement[] = [
  {
    id: 'cancel-default',
    section: '§4.6',
    promise: 'Without an id it cancels the response of the conversation, with one the response it names.',
    kept: 'yes',
    proof: [
      responsesOf('closes what is open and leaves a usable, incomplete item'),
      responsesOf('cancels an out-of-band response by its id only'),
    ],
  },
  {
    id: 'cancel-nothing',
    section: '§4.6',
    promise: 'With nothing to cancel it is response_cancel_not_active.',
    kept: 'yes',
    proof: [responsesOf('has nothing to cancel after the end')],
  },
  {
    id: 'cancel-ends',
    section: '§4.6',
    promise: 'It ends in close-outs and response.done, cancelled by client_cancelled; the items stay, incomplete.',
    kept: 'yes',
    proof: [
      responsesOf('closes what is open and leaves a usable, incomplete item'),
      context('that was cut off can be truncated'),
      session('stops the model at once on cancel, with its clean-up run'),
    ],
  },
  {
    id: 'cancel-early',
    section: '§4.6',
    promise: 'A response cancelled before it said anything has no output, but a usage.',
    kept: 'yes',
    proof: [whole('cancelled before it said anything has no output, but a usage')],
  },
];

const ends: Area = {
  name: 'Ends of responses, usage, rate limits',
  statements: [
    {
      id: 'end-completed',
      section: '§4.7',
      promise: 'completed has status_details null.',
      kept: 'yes',
      proof: [whole('carries every key at its end as at its start', 'status_details: null')],
    },
    {
      id: 'end-incomplete',
      section: '§4.7',
      promise: 'incomplete tells max_output_tokens or content_filter.',
      kept: 'yes',
      proof: [
        responsesOf('stops at max_output_tokens, incomplete'),
        responsesOf('is incomplete where a filter cut it'),
      ],
    },
    {
      id: 'end-failed',
      section: '§4.7',
      promise: 'failed tells type, code and message, without an error event; announced items stay, incomplete.',
      kept: 'yes',
      proof: [
        responsesOf('fails with the error in its details and no error event'),
        session('end their response as failed when they throw, and the session goes on'),
        streaming('reaches the client as the error of the response, where the engine chose its words'),
      ],
    },
    {
      id: 'end-failed-usage',
      section: '§4.7',
      promise: 'A response that failed without output has no output and a usage of zeros.',
      kept: 'yes',
      proof: [
        responsesOf('fails with a usage of zeros where nothing was said'),
        session('fail likewise when they throw before the first piece'),
      ],
    },
    {
      id: 'end-limit',
      section: '§4.7',
      promise: 'max_output_tokens counts text, audio and arguments.',
      kept: 'yes',
      proof: [
        responsesOf('stops at max_output_tokens, incomplete'),
        whole('stops when sound has used up max_output_tokens'),
        whole('stops when the arguments of a call have used up max_output_tokens'),
      ],
    },
    {
      id: 'response-keys',
      section: '§4.8',
      promise: 'A response shows every key in every event.',
      kept: 'yes',
      proof: [
        responsesOf('begins with a response that has every key'),
        whole('carries every key at its end as at its start'),
      ],
    },
    {
      id: 'usage-sums',
      section: '§4.8',
      promise: 'Every response.done has a usage whose parts sum up.',
      kept: 'yes',
      proof: [
        responsesOf('ends with a usage whose parts sum up'),
        laws(law, 'a status has its details, and usage sums up'),
      ],
    },
    {
      id: 'usage-context',
      section: '§4.8',
      promise: 'Input tokens count the whole context of every turn; transcription is billed apart.',
      kept: 'yes',
      proof: [context('is read whole in every turn'), hearing('is billed apart from the response')],
    },
    {
      id: 'rate-limits',
      section: '§4.8',
      promise:
        'rate_limits.updated follows response.done, never in transcription sessions; of a key with limits it tells what is left.',
      kept: 'yes',
      proof: [
        limits('counts those of all its sessions, and tells each of them what is left'),
        responsesOf('a text response > sends its events in the order of the service', "'rate_limits.updated'"),
        hearing('sends of a turn what a realtime session sends, and no response', "'rate_limits.updated'"),
      ],
    },
  ],
};

export const responses: readonly Area[] = [
  {
    name: 'Responses: text, audio, out of band, cancel',
    statements: [...start, ...output, ...outOfBand, ...cancel],
  },
  calls,
  ends,
];
