import { cut, drop, edit, type Frame, freshId, ignore, of, set, swap } from '../mutation.ts';
import { asked, both, everSent, has, isPlain, type Mutant, mutant } from './mutant.ts';

const error = 'error';

const added = 'conversation.item.added';

const updated = 'session.updated';

const done = 'response.done';

const itemDone = 'response.output_item.done';

const sound = 'response.output_audio.delta';

const forced = both(isPlain, asked('response.tool_choice.name', 'look_up'), asked('response.tools', undefined));

const isCall = has('item.type', 'function_call');

function inItem(key: string, value: unknown): (event: Frame) => void {
  return ({ item }) => void Reflect.set(Object(item), key, value);
}

const tools: readonly Mutant[] = [
  mutant('another function is called', () => edit(itemDone, inItem('name', 'other'), both(forced, isCall)), [
    'tools.call/forced',
    'law.response/lists-its-items',
  ]),
  mutant(
    '"required" calls another function',
    () => edit(itemDone, inItem('name', 'other'), both(isCall, asked('response.tool_choice', 'required'))),
    ['tools.call/required', 'law.response/lists-its-items'],
  ),
  mutant('arguments end after their call', () => swap('response.function_call_arguments.done', itemDone, forced), [
    'tools.call/order',
    'law.response/nesting',
  ]),
  mutant(
    'arguments end with others',
    () => set('response.function_call_arguments.done', 'arguments', '{"what":"else"}', forced),
    ['tools.call/arguments', 'law.response/says-one-thing'],
  ),
  mutant(
    'no arguments are no text',
    () => edit(itemDone, inItem('arguments', ''), both(isCall, has('item.name', 'go'))),
    ['tools.call/no-arguments', 'law.response/says-one-thing', 'law.response/lists-its-items'],
  ),
  mutant('a call has two ids', () => set('response.function_call_arguments.done', 'call_id', 'call_other', isPlain), [
    'tools.call/ids',
  ]),
  mutant(
    'a call has no name in the conversation',
    () => edit(added, inItem('name', 'other'), both(isCall, asked('type', 'response.create'))),
    ['tools.call/in-conversation'],
  ),
  mutant(
    'a response lists no call',
    () => set(done, 'response.output', [], has('response.output.0.type', 'function_call')),
    ['tools.call/done-output', 'law.response/lists-its-items'],
  ),
  mutant(
    'the output of a call is ignored',
    () =>
      ignore(
        'conversation.item.create',
        (event) =>
          of(event, 'item.type') === 'function_call_output' &&
          !/^call_(check|nowhere)$/.test(`${of(event, 'item.call_id')}`),
      ),
    ['tools.output/round', 'law.event/in-order'],
  ),
  mutant(
    'the output of an unknown call has another code',
    () => set(error, 'error.code', 'not_found', has('error.code', 'invalid_tool_call_id')),
    ['tools.output/unknown-call'],
  ),
  mutant(
    "a response's tools stay",
    () =>
      set(
        updated,
        'session.tools',
        [{ type: 'function', name: 'look_up' }],
        everSent((event) => of(event, 'response.tools') !== undefined),
      ),
    ['tools.choice/of-response', 'law.session/folds-updates'],
  ),
  mutant(
    'a bad name has no param',
    () => set(error, 'error.param', null, has('error.param', 'session.tools[0].name')),
    ['tools.session/bad-name'],
  ),
];

const isSpoken = both(isPlain, asked('response.output_modalities.0', 'audio'));

const output: readonly Mutant[] = [
  mutant('sound never ends', () => drop('response.output_audio.done', isPlain), [
    'voice.output/order',
    'law.response/nesting',
  ]),
  mutant('a sample is cut', () => {
    const begun = new WeakSet<object>();
    return set(sound, 'delta', 'AAAA', (_event, talk) => {
      if (begun.has(talk) || !isSpoken(_event, talk) || talk.sent.length > 2) return false;
      begun.add(talk);
      return true;
    });
  }, ['voice.output/sound', 'law.audio/whole-samples']),
  mutant(
    'a transcript ends with other words',
    () => set('response.output_audio_transcript.done', 'transcript', 'Bye', isPlain),
    ['voice.output/transcript', 'law.response/says-one-thing'],
  ),
  mutant(
    'a spoken part has a type of its own',
    () => set('response.content_part.added', 'part.type', 'output_audio', isSpoken),
    ['voice.output/types', 'law.frame/shape', 'law.audio/truncation-bounds'],
  ),
  mutant('sound is somewhere else', () => set(sound, 'content_index', 1, isPlain), [
    'voice.output/stream-ids',
    'law.response/places',
  ]),
  mutant('sound comes twice', () => set('response.output_audio.done', 'audio', 'AAAA', isPlain), [
    'voice.output/no-bytes',
  ]),
  mutant('a response does not show its voice', () => cut('response.created', 'response.audio.output.voice', isSpoken), [
    'voice.output/settings',
    'law.response/keeps-its-settings',
  ]),
  mutant(
    'a response in µ-law says otherwise',
    () =>
      set(
        'response.created',
        'response.audio.output.format',
        { type: 'audio/pcm', rate: 24_000 },
        has('response.audio.output.format.type', 'audio/pcmu'),
      ),
    ['voice.output/pcmu', 'law.response/keeps-its-settings'],
  ),
  mutant(
    'a response in A-law says otherwise',
    () =>
      set(
        'response.created',
        'response.audio.output.format',
        { type: 'audio/pcm', rate: 24_000 },
        has('response.audio.output.format.type', 'audio/pcma'),
      ),
    ['voice.output/pcma', 'law.response/keeps-its-settings'],
  ),
  mutant(
    'another voice has another code',
    () => set(error, 'error.code', 'invalid_value', has('error.code', 'cannot_update_voice')),
    ['voice.output/voice-locked'],
  ),
  mutant(
    'a truncation is rounded',
    () => set('conversation.item.truncated', 'audio_end_ms', 20, has('audio_end_ms', 10)),
    ['voice.truncate/answered'],
  ),
  mutant(
    'an honest truncation is refused',
    () => ({
      server(event, { last }) {
        if (event.type !== 'conversation.item.truncated' || Number(event['audio_end_ms']) <= 10) return [event];
        return [
          {
            type: error,
            event_id: freshId(),
            error: {
              type: 'invalid_request_error',
              code: 'invalid_value',
              message: 'No.',
              param: 'audio_end_ms',
              event_id: last['event_id'],
            },
          },
        ];
      },
    }),
    ['voice.truncate/whole', 'law.audio/truncation-bounds'],
  ),
  mutant(
    'a truncation past the end closes the session',
    () => ({
      server(event, talk) {
        if (of(event, 'error.param') !== 'audio_end_ms') return [event];
        talk.close(1011);
        return [];
      },
    }),
    ['voice.truncate/past-end', 'voice.truncate/past-end-code', 'law.session/survives-mistakes'],
  ),
  mutant(
    'a truncation past the end has no param',
    () => set(error, 'error.param', null, has('error.param', 'audio_end_ms')),
    ['voice.truncate/past-end-code'],
  ),
  mutant(
    'truncating nothing has another code',
    () => set(error, 'error.code', 'not_found', has('error.code', 'item_truncate_invalid_item_id')),
    ['voice.truncate/unknown', 'law.audio/truncation-bounds'],
  ),
  mutant(
    'words that nobody heard stay',
    () =>
      edit(
        'conversation.item.retrieved',
        ({ item }) => void Reflect.set(Object(of(item, 'content.0')), 'transcript', 'Bye'),
        has('item.role', 'assistant'),
      ),
    ['voice.truncate/unheard-words', 'law.item/folds'],
  ),
];

export const speakingMutants: readonly Mutant[] = [...tools, ...output];
