import { after, cut, double, drop, edit, type Frame, freshId, ignore, of, rewrite, set, swap } from '../mutation.ts';
import { asked, both, everSent, has, isPlain, type Mutant, mutant, not } from './mutant.ts';

const error = 'error';

const added = 'conversation.item.added';

const updated = 'session.updated';

const done = 'response.done';

const committed = 'input_audio_buffer.committed';

const byHand = both(isPlain, asked('type', 'input_audio_buffer.commit'));

const isListening = (talk: { readonly sent: readonly Frame[] }): boolean =>
  JSON.stringify(talk.sent.findLast(({ type }) => type === 'session.update') ?? {}).includes('server_vad');

const isHeard = has('item.content.0.type', 'input_audio');

const input: readonly Mutant[] = [
  mutant(
    'a commit is told after its item',
    () =>
      swap(
        committed,
        added,
        both(byHand, (_event, talk) => !isListening(talk)),
      ),
    ['voice.input/commit', 'law.item/folds', 'law.turn/one-id'],
  ),
  mutant(
    "a user's sound has no key for its words",
    () =>
      edit(
        added,
        ({ item }) => void Reflect.deleteProperty(Object(of(item, 'content.0')), 'transcript'),
        both(byHand, isHeard),
      ),
    ['voice.input/item'],
  ),
  mutant(
    'a commit of too little has another code',
    () =>
      set(
        error,
        'error.code',
        'invalid_value',
        both(
          has('error.code', 'input_audio_buffer_commit_empty'),
          not(everSent(({ type }) => type === 'input_audio_buffer.clear')),
        ),
      ),
    ['voice.input/commit-empty'],
  ),
  mutant('a clear is not answered', () => drop('input_audio_buffer.cleared', (_event, talk) => !isListening(talk)), [
    'voice.input/clear',
    'voice.input/clear-drops',
    'law.event/in-order',
  ]),
  mutant(
    'a clear clears nothing',
    () =>
      ignore('input_audio_buffer.clear', (_event, talk) => !isListening(talk), [
        { type: 'input_audio_buffer.cleared' },
      ]),
    ['voice.input/clear-drops'],
  ),
  mutant(
    'appends are answered',
    () => ({
      client(event, talk) {
        if (event.type === 'input_audio_buffer.append' && isPlain(event, talk))
          talk.tell({ type: 'input_audio_buffer.appended', event_id: freshId() });
        return [event];
      },
    }),
    ['voice.input/append-unanswered', 'law.event/known'],
  ),
  mutant('bad base64 has no param', () => set(error, 'error.param', null, both(isPlain, has('error.param', 'audio'))), [
    'voice.input/bad-base64',
  ]),
  mutant(
    'µ-law cannot be sent',
    () =>
      set(
        updated,
        'session.audio.input.format',
        { type: 'audio/pcm', rate: 24_000 },
        both(isPlain, has('session.audio.input.format.type', 'audio/pcmu')),
      ),
    ['voice.input/pcmu', 'law.session/folds-updates'],
  ),
  mutant(
    'A-law cannot be sent',
    () =>
      set(
        updated,
        'session.audio.input.format',
        { type: 'audio/pcm', rate: 24_000 },
        both(isPlain, has('session.audio.input.format.type', 'audio/pcma')),
      ),
    ['voice.input/pcma', 'law.session/folds-updates'],
  ),
  mutant(
    'an answer to speech never ends',
    () =>
      drop(
        done,
        both(
          isPlain,
          asked('response', undefined),
          everSent(({ type }) => type === 'input_audio_buffer.commit'),
        ),
      ),
    ['voice.input/answered', 'law.response/ends-once'],
  ),
  mutant(
    'a transcript has no usage',
    () => cut('conversation.item.input_audio_transcription.completed', 'usage', isPlain),
    ['voice.input/transcribed', 'law.frame/shape'],
  ),
  mutant('a transcript comes twice', () => double('conversation.item.input_audio_transcription.completed', isPlain), [
    'law.audio/transcribed-once',
  ]),
  mutant(
    'speech is heard though nobody listens',
    () =>
      after(
        'input_audio_buffer.cleared',
        () => ({
          type: 'input_audio_buffer.speech_started',
          event_id: freshId(),
          audio_start_ms: 0,
          item_id: 'item_ghost',
        }),
        (_event, talk) => !isListening(talk),
      ),
    ['law.turn/nothing-by-itself'],
  ),
];

const byDetection = both(isPlain, (_event, { last }) => last.type === 'input_audio_buffer.append');

const turns: readonly Mutant[] = [
  mutant(
    'a turn is committed before it stops',
    () => swap('input_audio_buffer.speech_stopped', committed, byDetection),
    ['voice.turn/order', 'law.turn/one-id'],
  ),
  mutant(
    'a turn ends in the future',
    () => set('input_audio_buffer.speech_stopped', 'audio_end_ms', 10_000_000, isPlain),
    ['voice.turn/times', 'law.turn/clock'],
  ),
  mutant(
    'a turn is answered before its item is done',
    () =>
      swap(
        'conversation.item.done',
        'response.created',
        both(
          byDetection,
          isHeard,
          everSent((event) => JSON.stringify(event).includes('"create_response":true')),
        ),
      ),
    ['voice.turn/answered', 'law.turn/one-id'],
  ),
  mutant(
    'every turn is answered',
    () =>
      rewrite(
        'session.update',
        ({ session }) => void Reflect.set(Object(of(session, 'audio.input.turn_detection')), 'create_response', true),
        (event) =>
          of(event, 'session.audio.input.turn_detection.type') === 'server_vad' &&
          of(event, 'session.audio.input.turn_detection.create_response') === false,
      ),
    ['voice.turn/unanswered', 'law.session/folds-updates'],
  ),
  mutant(
    'silence is speech',
    () => ({
      client(event, talk) {
        const isLone = JSON.stringify(talk.sent[0]).includes('"turn_detection":{"type":"server_vad"}}');
        if (event.type === 'input_audio_buffer.append' && isLone && talk.sent.length === 2 && isPlain(event, talk)) {
          talk.tell({
            type: 'input_audio_buffer.speech_started',
            event_id: freshId(),
            audio_start_ms: 0,
            item_id: 'item_ghost',
          });
        }
        return [event];
      },
    }),
    ['voice.turn/silence'],
  ),
  mutant(
    'a clear does not end the turn',
    () =>
      ignore('input_audio_buffer.clear', (_event, talk) => isListening(talk), [{ type: 'input_audio_buffer.cleared' }]),
    ['voice.turn/clear', 'law.turn/one-id', 'law.turn/clear'],
  ),
  mutant(
    'an early commit has another id',
    () =>
      set(
        committed,
        'item_id',
        'item_other',
        both(byHand, (_event, talk) => isListening(talk)),
      ),
    ['voice.turn/early-commit', 'law.turn/one-id'],
  ),
  mutant(
    'turns by meaning are not committed',
    () =>
      drop(
        committed,
        everSent((event) => JSON.stringify(event).includes('semantic_vad')),
      ),
    ['voice.turn/semantic', 'law.turn/one-id'],
  ),
  mutant(
    'speech interrupts nothing',
    () =>
      edit(
        done,
        ({ response }) => void Object.assign(Object(response), { status: 'completed', status_details: null }),
        has('response.status_details.reason', 'turn_detected'),
      ),
    ['voice.turn/barge-in', 'law.response/cancel-completes-nothing', 'law.turn/barge-in'],
  ),
];

export const hearingMutants: readonly Mutant[] = [...input, ...turns];
