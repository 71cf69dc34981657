import type { Talk } from '../mutation.ts';
import { after, cut, drop, freshId, type Mutation, set, type When } from '../mutation.ts';
import { asked, both, has, type Mutant, mutant, not } from './mutant.ts';

/** A mutant of calls over WebRTC. */
function ofCalls(name: string, make: () => Mutation, fails: readonly string[]): Mutant {
  return mutant(name, () => ({ ...make(), at: 'calls' }), fails);
}

const silent = (sound: Int16Array): Int16Array => new Int16Array(sound.length);

const calls: readonly Mutant[] = [
  ofCalls('the data channel of the first call never opens', () => ({ opens: (call) => call > 0 }), [
    'webrtc.channel/opens',
  ]),
  ofCalls(
    'a call begins with something else',
    () => ({
      server(event, talk) {
        if (event.type === 'session.created')
          talk.tell({ type: 'rate_limits.updated', event_id: freshId(), rate_limits: [] });
        return [event];
      },
    }),
    ['webrtc.channel/created', 'law.session/greets-once'],
  ),
  ofCalls(
    'an update in a call is lost',
    () => set('session.updated', 'session.instructions', '', asked('session.instructions', 'Be brief.')),
    ['webrtc.channel/update', 'law.session/folds-updates'],
  ),
  ofCalls('what is written in a call has no end', () => drop('response.output_text.done'), [
    'webrtc.channel/text',
    'law.response/nesting',
    'law.response/says-one-thing',
  ]),
  ofCalls('an error in a call names no cause', () => set('error', 'error.event_id', null), [
    'webrtc.channel/errors',
    'law.error/echoes-ids',
  ]),
  ofCalls('nothing is heard in a call', () => ({ heard: silent }), ['webrtc.sound/heard', 'webrtc.buffer/clear']),
  ofCalls(
    'sound comes over the channel, too',
    () =>
      after('response.output_audio_transcript.delta', (event) => ({
        ...event,
        type: 'response.output_audio.delta',
        delta: 'AAAA',
        event_id: freshId(),
      })),
    ['webrtc.sound/not-twice', 'law.audio/whole-samples'],
  ),
  ofCalls('nobody hears what is said in a call', () => ({ said: silent }), ['webrtc.sound/spoken-turn']),
  ofCalls('a clear in a call is not answered', () => drop('input_audio_buffer.cleared'), [
    'webrtc.sound/push-to-talk',
    'law.event/in-order',
  ]),
  ofCalls('nobody is told when an answer has been heard', () => drop('output_audio_buffer.stopped'), [
    'webrtc.buffer/started',
  ]),
  ofCalls('another answer is silenced', () => set('output_audio_buffer.cleared', 'response_id', 'resp_other'), [
    'webrtc.buffer/clear',
    'law.response/ends-once',
  ]),
  ofCalls('a call that was hung up stays open', () => ({ closed: () => null }), ['webrtc.hangup/closes']),
  ofCalls(
    'nobody notices that a caller has left',
    () => ({ opened: (connection) => ({ ...connection, close() {} }) }),
    ['webrtc.hangup/by-caller'],
  ),
];

/** A mutant of sessions that ask to be taken up again, or are. */
function ofResuming(name: string, make: () => Mutation, fails: readonly string[]): Mutant {
  return mutant(name, () => ({ ...make(), at: 'resuming' }), fails);
}

const isAgain: When = (_event, { ask }: Talk) => ask.query['resume'] !== undefined;
const isAfter: When = (_event, { ask }: Talk) => ask.query['after'] !== undefined;

const resuming: readonly Mutant[] = [
  ofResuming('nobody says how long a handle is good', () => cut('session.created', 'session.resumption.expires_in'), [
    'resume.ask/address',
    'law.frame/shape',
    'law.session/folds-updates',
  ]),
  mutant('an update gives no handle', () => cut('session.updated', 'session.resumption'), ['resume.ask/update']),
  mutant(
    'whoever does not ask is told of resumption',
    () =>
      set(
        'session.updated',
        'session.resumption',
        { enabled: false },
        (_event, { sent }) => sent.length === 2 && sent[0]?.type === 'conversation.item.create',
      ),
    ['resume.ask/unasked', 'law.frame/shape', 'law.session/folds-updates'],
  ),
  ofResuming(
    'a session is taken up under another id',
    () => set('session.created', 'session.id', 'sess_other', isAgain),
    ['resume.take/same-session'],
  ),
  ofResuming('what was missed does not come again', () => drop('conversation.item.added', both(isAgain, isAfter)), [
    'resume.take/continues',
  ]),
  ofResuming('the conversation is not told again', () => drop('conversation.item.added', both(isAgain, not(isAfter))), [
    'resume.take/restores',
  ]),
  ofResuming(
    'settings are lost with a connection',
    () => set('session.created', 'session.instructions', 'Hello.', both(isAgain, not(isAfter))),
    ['resume.take/settings'],
  ),
  ofResuming(
    'an unknown handle is an internal failure',
    () => set('error', 'error.code', 'server_error', has('error.code', 'resume_handle_invalid')),
    ['resume.handle/unknown'],
  ),
  ofResuming(
    'the handle of a session that is over is an internal failure',
    () => set('error', 'error.code', 'server_error', has('error.code', 'resume_handle_expired')),
    ['resume.handle/closed'],
  ),
];

export const mediaMutants: readonly Mutant[] = [...calls, ...resuming];
