import type * as FastCheck from 'fast-check';
import { contextTokens, instructionTokens } from '../core/defaults.ts';
import type { ClientEvent } from '../laws/trace.ts';
import type { Item, RealtimeSession, ResponseCreateParams } from '../protocol/types.ts';
import { approvals, mcpCalls, mcpNews, mcpOpening, mcpParams, mcpParts } from './mcp-arbitraries.ts';
import type { HeardOutput, Program, SaidOutput, Step } from './program.ts';
import { updates } from './update-arbitraries.ts';
import { type Arbitrary, type Fc, weighted } from './weighted.ts';

/** What programs are made of. */
export interface ProgramOptions {
  /** The fewest steps after the opening ones. Default 20. */
  readonly minSteps?: number;
  /** The most steps after the opening ones. Default 60. */
  readonly maxSteps?: number;
  /** The client stops reading and reads on: for sessions on a wire. Default false. */
  readonly holds?: boolean;
  /** Some sessions play the sound themselves, at whatever speed: for the core, and for servers of calls. Default false. */
  readonly media?: boolean;
}

/**
 * Programs in which responses, speech and truncations overlap: random interleavings of a client's events, sound, what a
 * model and a transcriber say, timers, drains and disconnects. They shrink to fewer and plainer steps.
 *
 * @example fc.assert(fc.property(programs(fc), (program) => …))
 */
export function programs(fc: Fc, options: ProgramOptions = {}): Arbitrary<Program> {
  const { holds = false, media = false } = options;
  const step = holds ? weighted<Step>(fc, [14, steps(fc)], [1, reading(fc)]) : steps(fc);
  const silent = programsOf(fc, step, false, options);
  const played = programsOf(fc, weighted<Step>(fc, [4, step], [1, playing(fc)]), true, options);
  return media ? weighted<Program>(fc, [2, silent], [1, played]) : silent;
}

function programsOf(
  fc: Fc,
  step: Arbitrary<Step>,
  hasMedia: boolean,
  { minSteps = 20, maxSteps = 60 }: ProgramOptions,
): Arbitrary<Program> {
  const length = { minSteps, maxSteps };
  const plain = fc
    .tuple(hasMedia ? playedOpenings(fc) : openings(fc), longLists(fc, step, length))
    .map(([opening, rest]) => [...opening, ...rest]);
  const single = step.map((each) => [each]);
  const parts = weighted<Step[]>(fc, [5, single], [3, mcpParts(fc)]);
  const withMcp = fc.tuple(mcpOpening(fc), longLists(fc, parts, { minSteps: minSteps / 2, maxSteps: maxSteps / 2 }));
  return fc.record({
    session: weighted<Program['session']>(fc, [14, fc.constant('realtime')], [1, fc.constant('transcription')]),
    hasMedia: fc.constant(hasMedia),
    rules: rules(fc),
    steps: weighted<Step[]>(fc, [6, plain], [1, withMcp.map(([opening, rest]) => [...opening, ...rest.flat()])]),
  });
}

/** One step of a program. */
export function steps(fc: Fc): Arbitrary<Step> {
  return weighted<Step>(
    fc,
    [60, appends(fc)],
    [100, says(fc)],
    [110, fc.record({ do: fc.constant('send' as const), event: clientEvents(fc) })],
    [16, truncations(fc)],
    [24, hears(fc)],
    [8, fc.record({ do: fc.constant('frame' as const), text: badFrames(fc) })],
    [2, fc.record({ do: fc.constant('mcp' as const), news: mcpNews(fc) })],
    [12, fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 300, 2500, 10_000) })],
    [10, fc.constant({ do: 'timer' } as const)],
    [2, fc.record({ do: fc.constantFrom('drain' as const, 'drain' as const, 'lag' as const, 'hang-up' as const) })],
  );
}

function reading(fc: Fc): Arbitrary<Step> {
  return fc.record({ do: fc.constantFrom('hold' as const, 'release' as const) });
}

/** What only sessions do that play the sound: it is heard, slowly or quickly, and cleared. */
function playing(fc: Fc): Arbitrary<Step> {
  return weighted<Step>(
    fc,
    [
      6,
      fc.record({
        do: fc.constant('play' as const),
        ms: fc.constantFrom(0, 20, 20, 40, 100, 300, 10_000),
        late: weighted(fc, [6, fc.constant(false)], [1, fc.constant(true)]),
      }),
    ],
    [1, fc.constant({ do: 'send', event: { type: 'output_audio_buffer.clear', event_id: '@own' } } as const)],
  );
}

/** What leads to sound that is heard after its response is over, after other sound, or before the user is asked to speak. */
function playedOpenings(fc: Fc): Arbitrary<Step[]> {
  const idling = { type: 'server_vad' as const, idle_timeout_ms: 5000 };
  const asked: Step = {
    do: 'send',
    event: { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: idling } } } },
  };
  const create = (response: ResponseCreateParams): Step => ({
    do: 'send',
    event: { type: 'response.create', response },
  });
  const say = (output: SaidOutput): Step => ({ do: 'say', response: '@response:0', output });
  const said = [say({ type: 'audio', samples: 4800 }), say({ type: 'end' })];
  return weighted<Step[]>(
    fc,
    [6, openings(fc)],
    [2, fc.constant([create({}), ...said])],
    [2, fc.constant([create({}), ...said, create({ conversation: 'none' }), ...said])],
    [2, fc.constant([asked, create({}), ...said, { do: 'play', ms: 10_000, late: false }])],
  );
}

/** What a client sends first: nothing, or a configuration that leads where random steps seldom go. */
function openings(fc: Fc): Arbitrary<Step[]> {
  const opened = (input: NonNullable<NonNullable<RealtimeSession['audio']>['input']>): Step[] => [
    { do: 'send', event: { type: 'session.update', session: { type: 'realtime', audio: { input } } } },
  ];
  const transcription = { model: 'gpt-4o-transcribe' };
  return weighted<Step[]>(
    fc,
    [6, fc.constant([])],
    [3, fc.constant(opened({ transcription }))],
    [2, fc.constant(opened({ turn_detection: null, transcription }))],
    [1, fc.constant(opened({ turn_detection: null, transcription: { model: 'gpt-realtime-whisper' } }))],
    [1, fc.constant(opened({ turn_detection: { type: 'server_vad', idle_timeout_ms: 5000 }, transcription }))],
    [1, fc.constant(opened({ turn_detection: { type: 'server_vad', interrupt_response: false } }))],
    [1, fc.constant(opened({ turn_detection: { type: 'semantic_vad', eagerness: 'high' } }))],
  );
}

/** Lists of at least so many elements, which shrink to fewer: a counterexample is as short as it can be. */
type Length = Required<Pick<ProgramOptions, 'minSteps' | 'maxSteps'>>;

function longLists<T>(fc: Fc, element: Arbitrary<T>, { minSteps, maxSteps }: Length): Arbitrary<T[]> {
  const long = fc.array(element, { minLength: minSteps, maxLength: maxSteps, size: 'max' });
  const short = fc.array(element, { maxLength: maxSteps, size: 'max' });
  class LongLists extends fc.Arbitrary<T[]> {
    override generate(random: FastCheck.Random, biasFactor: number | undefined): FastCheck.Value<T[]> {
      return long.generate(random, biasFactor);
    }
    override canShrinkWithoutContext(value: unknown): value is T[] {
      return short.canShrinkWithoutContext(value);
    }
    override shrink(value: T[], context?: unknown): FastCheck.Stream<FastCheck.Value<T[]>> {
      return short.shrink(value, context);
    }
  }
  return new LongLists();
}

function rules(fc: Fc): Arbitrary<Program['rules']> {
  return fc.record({
    maxAgeMs: weighted(fc, [9, fc.constant(3_600_000)], [1, fc.constant(9_000)]),
    maxBufferedMs: fc.constantFrom(600_000, 600_000, 4_000),
    maxResponses: fc.constantFrom(32, 32, 2, 1),
    maxItems: fc.constant(100_000),
    maxBytes: fc.constant(32_000_000),
    keptSoundBytes: fc.constant(5_760_000),
    transcribesFirst: fc.boolean(),
    transcribesStream: fc.boolean(),
    preempts: fc.boolean(),
    reasons: fc.constant(true),
    contextTokens: fc.constant(contextTokens),
    instructionTokens: fc.constant(instructionTokens),
    sendConversationCreated: weighted(fc, [9, fc.constant(false)], [1, fc.constant(true)]),
  });
}

function appends(fc: Fc): Arbitrary<Step> {
  return fc.record({
    do: fc.constant('append' as const),
    ms: fc.constantFrom(0, 7, 20, 60, 100, 130, 250, 480, 900),
    plusBytes: fc.constantFrom(0, 0, 0, 1, 3),
    speech: fc.boolean(),
  });
}

const runningNames = ['@response:0', '@response:0', '@response:0', '@response:1', '@response:2', '@ended:0'] as const;

function says(fc: Fc): Arbitrary<Step> {
  return fc.record({
    do: fc.constant('say' as const),
    response: fc.constantFrom(...runningNames),
    output: saidOutputs(fc),
  });
}

/** What a model may say next, in any order: models are not trusted to begin what they end. */
export function saidOutputs(fc: Fc): Arbitrary<SaidOutput> {
  return weighted<SaidOutput>(
    fc,
    [20, fc.record({ type: fc.constant('text' as const), text: fc.constantFrom('Well, ', 'yes', ' 😀 ', '') })],
    [30, fc.record({ type: fc.constant('audio' as const), samples: fc.constantFrom(0, 1, 24, 240, 1201, 4800) })],
    [6, fc.constant({ type: 'message_end' })],
    [6, fc.constantFrom({ type: 'call_start', name: 'look' }, { type: 'call_start', name: 'f', callId: 'call_mine' })],
    [1, mcpCalls(fc)],
    [8, fc.record({ type: fc.constant('call_arguments' as const), delta: fc.constantFrom('{"a":', '1}', '') })],
    [5, fc.constant({ type: 'call_end' })],
    [10, fc.constant({ type: 'end' })],
    [
      2,
      fc.constantFrom(
        { type: 'incomplete', reason: 'content_filter' },
        { type: 'incomplete', reason: 'max_output_tokens' },
      ),
    ],
    [2, fc.constant({ type: 'failed', code: 'server_error', message: 'It failed.' })],
  );
}

function hears(fc: Fc): Arbitrary<Step> {
  return fc.record({
    do: fc.constant('hear' as const),
    item: fc.constantFrom(0, 0, 1, 2, '@turn' as const),
    output: heardOutputs(fc),
  });
}

const logprobs = [{ token: 'so', logprob: -0.5, bytes: [115, 111] }];

/** What a transcriber may say next. */
export function heardOutputs(fc: Fc): Arbitrary<HeardOutput> {
  return weighted<HeardOutput>(
    fc,
    [4, fc.constantFrom({ type: 'delta', text: 'so ' }, { type: 'delta', text: 'it is', logprobs })],
    [1, fc.constant({ type: 'segment', text: 'so', speaker: 'A', start: 0, end: 0.4 })],
    [5, fc.constantFrom({ type: 'completed', transcript: '' }, { type: 'completed', transcript: 'What?' })],
    [1, fc.constant({ type: 'failed', code: 'audio_unintelligible', message: 'Nobody could tell.' })],
  );
}

/** The item's newest names first; ids that exist, existed or never did. */
const itemNames = [
  '@item:0',
  '@item:1',
  '@item:3',
  '@saying:0',
  '@spoken:0',
  '@deleted:0',
  '@hidden:0',
  '@turn',
] as const;

/** Where a truncation most often goes: items with sound, the newest first. */
const spokenNames = ['@spoken:0', '@spoken:0', '@spoken:1', '@saying:0', '@item:0', '@hidden:0', '@deleted:0'] as const;

function truncations(fc: Fc): Arbitrary<Step> {
  return fc.record({
    do: fc.constant('truncate' as const),
    item: fc.constantFrom(...spokenNames),
    contentIndex: weighted(fc, [12, fc.constant(0)], [1, fc.constant(1)]),
    share: fc.constantFrom(0, 0.3, 0.5, 1),
    plusMs: fc.constantFrom(0, 0, 0, 1, 5000),
  });
}

/** Any event that a client may send, `input_audio_buffer.append` and `conversation.item.truncate` excepted. */
export function clientEvents(fc: Fc): Arbitrary<ClientEvent> {
  const itemId = fc.constantFrom(...itemNames, 'mine_1', 'no_such_item');
  const event = <T extends ClientEvent['type']>(type: T) => ({
    type: fc.constant(type),
    event_id: fc.constant('@own'),
  });
  const named = { requiredKeys: ['type'] as ['type'] };
  return weighted<ClientEvent>(
    fc,
    [30, fc.record({ ...event('response.create'), response: responseParams(fc) }, named)],
    [
      10,
      fc.record({ ...event('response.cancel'), response_id: fc.constantFrom(...runningNames, 'resp_never') }, named),
    ],
    [14, fc.record({ ...event('session.update'), session: updates(fc) }, { requiredKeys: ['type', 'session'] })],
    [10, fc.record(event('input_audio_buffer.commit'), named)],
    [5, fc.record(event('input_audio_buffer.clear'), named)],
    [1, fc.record(event('output_audio_buffer.clear'), named)],
    [18, creations(fc)],
    [1, approvals(fc)],
    // What was deleted comes back as speech while its words may still be on their way.
    [3, fc.constant({ type: 'conversation.item.create', item: { ...spokenAgain, id: '@deleted:0' } })],
    [8, fc.record({ ...event('conversation.item.retrieve'), item_id: itemId }, { requiredKeys: ['type', 'item_id'] })],
    [10, fc.record({ ...event('conversation.item.delete'), item_id: itemId }, { requiredKeys: ['type', 'item_id'] })],
  );
}

const spokenAgain = {
  type: 'message' as const,
  role: 'user' as const,
  content: [{ type: 'input_audio' as const, audio: 'AAAAAAAA' }],
};

function creations(fc: Fc): Arbitrary<ClientEvent> {
  const ids = fc.constantFrom(
    'mine_1',
    'mine_2',
    '@deleted:0',
    '@deleted:1',
    '@item:0',
    '@turn',
    '@saying:0',
    '@hidden:0',
  );
  const previous = fc.constantFrom('root', '', ...itemNames, 'no_such_item');
  return fc
    .tuple(
      fc.option(ids, { nil: undefined }),
      fc.option(previous, { nil: undefined, freq: 2 }),
      items(fc),
      fc.boolean(),
    )
    .map(([id, after, item, named]) => ({
      type: 'conversation.item.create',
      ...(named ? { event_id: '@own' } : {}),
      ...(after === undefined ? {} : { previous_item_id: after }),
      item: id === undefined ? item : { ...item, id },
    }));
}

function items(fc: Fc): Arbitrary<Item> {
  const message = { type: 'message' } as const;
  return fc.constantFrom<Item>(
    { ...message, role: 'user', content: [{ type: 'input_text', text: 'Hello there' }] },
    { ...message, role: 'user', content: [{ type: 'input_audio', audio: 'AAAAAAAA' }] },
    { ...message, role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }] },
    { ...message, role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
    { ...message, role: 'assistant', content: [{ type: 'output_text', text: 'I said so.' }] },
    { ...message, role: 'assistant', content: [{ type: 'output_audio', transcript: 'no' }] },
    { type: 'function_call', name: 'look', arguments: '{}', call_id: 'call_mine' },
    { type: 'function_call', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: '@call:0', output: '42' },
    { type: 'function_call_output', call_id: 'call_mine', output: '' },
  );
}

function responseParams(fc: Fc): Arbitrary<ResponseCreateParams> {
  const few = fc.record<ResponseCreateParams>(
    {
      conversation: fc.constantFrom('auto', 'none', 'none', 'conv_other'),
      output_modalities: fc.constantFrom(['text'], ['audio']),
      max_output_tokens: fc.constantFrom<(number | 'inf')[]>(1, 8, 60, 'inf'),
      metadata: fc.constantFrom(null, { purpose: 'test' }),
      audio: fc.constantFrom(
        { output: { voice: 'alloy' } },
        { output: { voice: 'verse' } },
        { output: { format: { type: 'audio/pcmu' } } },
      ),
      instructions: fc.constant('Whisper.'),
      input: fc.constantFrom(
        [],
        [{ type: 'item_reference', id: '@item:0' }],
        [{ type: 'item_reference', id: '@deleted:0' }],
        [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'This only' }] }],
      ),
    },
    { requiredKeys: [] },
  );
  const oneOutOfBand = fc.constant<ResponseCreateParams>({ conversation: 'none' });
  return weighted(fc, [8, fc.constant({})], [4, oneOutOfBand], [6, few], [1, mcpParams(fc)]);
}

/** Frames that are no events, or events with a mistake in their shape. */
function badFrames(fc: Fc): Arbitrary<string> {
  return fc.constantFrom(
    '{',
    '[]',
    '{"event_id":"own_1"}',
    '{"type":"response.begin","event_id":"own_2"}',
    '{"type":"session.update","session":{"voice":"alloy"},"event_id":"own_3"}',
    '{"type":"conversation.item.retrieve"}',
    '{"type":"conversation.item.truncate","item_id":"item_1","content_index":0,"audio_end_ms":null,"event_id":"own_4"}',
    '{"type":"response.create","response":{"output_modalities":["text","audio"]}}',
    '{"type":"input_audio_buffer.append","audio":"*","event_id":"own_5"}',
  );
}
