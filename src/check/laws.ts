import { laws } from '../laws/session-laws.ts';
import type { Trace } from '../laws/trace.ts';
import { checkServerEvent, checkTranslationServerEvent } from '../protocol/parse.ts';
import type { Level, Profile, Rule } from './check.ts';
import { quote } from './json.ts';
import type { Line } from './line.ts';

/** A rule that every frame of every check is held to. */
export interface LawRule extends Rule {
  /** What breaks it first; null where it holds. */
  broken(line: Line): string | null;
}

type Row = readonly [name: string, number: string, level: Level, breaks: string, profile?: Profile];

const trackers =
  'Clients that keep track of responses, such as the queue of the agents package; they wait for ever or mix two up.';
const chains = 'LiveKit, which keeps its own copy of the conversation by these events, and loses items.';
const careful = 'No stock client that we know of; one that reads every event is told two things.';

/** The laws of behaviour §9 that frames on a network can show, with the level that what is known of other servers and clients gives them. */
const rows: readonly Row[] = [
  ['response/ends-once', '1', 'must', trackers],
  ['response/one-at-a-time', '2', 'must', trackers],
  ['response/nesting', '3', 'should', careful],
  [
    'response/says-one-thing',
    '4',
    'must',
    'Captions and transcripts, which show another text than the history, and LiveKit, which throws on arguments of "".',
  ],
  ['response/places', '5', 'should', careful],
  [
    'response/lists-its-items',
    '6',
    'must',
    'Programs written after the guides, which read function calls out of response.done.',
  ],
  ['response/explains-itself', '7', 'should', careful],
  ['response/cancel-completes-nothing', '8', 'should', careful],
  ['response/keeps-its-settings', '9', 'should', careful],
  ['item/announced-once', '10', 'must', chains],
  ['item/beside-output', '10, order', 'should', careful],
  ['item/folds', '11', 'should', careful],
  ['item/out-of-band-hidden', '12', 'must', chains],
  ['event/answered-once', '13', 'should', careful],
  [
    'event/ids-unique',
    '14',
    'must',
    'The agents package, which needs an event_id on every event; ids that come twice replace things in its maps.',
  ],
  ['item/live-ids-refused', '15', 'should', careful],
  [
    'turn/one-id',
    '16',
    'must',
    'Clients that find the turn by the id of its first event, such as LiveKit, which drops the transcript of another.',
    'voice',
  ],
  ['turn/clock', '17', 'should', careful, 'voice'],
  [
    'turn/barge-in',
    '19',
    'should',
    'Clients that play on over the user if sound still comes after speech_started.',
    'voice',
  ],
  ['turn/clear', '19b', 'should', careful, 'voice'],
  [
    'turn/nothing-by-itself',
    '20',
    'must',
    'Push-to-talk clients, which are answered before their user has let go of the key.',
    'voice',
  ],
  ['audio/truncation-bounds', '21', 'should', careful, 'voice'],
  [
    'audio/whole-samples',
    '21, deltas',
    'must',
    'Twilio and every player, which play noise from the first cut sample on.',
    'voice',
  ],
  ['audio/transcribed-once', '22', 'must', 'The agents package, which shows the transcript twice, or none.', 'voice'],
  [
    'session/greets-once',
    '24',
    'must',
    'Every client, since it takes session.created for the beginning of a session, and forgets what was before.',
  ],
  ['session/folds-updates', '25', 'should', careful],
  ['session/survives-mistakes', '26', 'must', 'Clients that would have ignored the mistake, and lose the call.'],
  [
    'error/echoes-ids',
    '27',
    'must',
    'The agents package and LiveKit, which find out by it which of their events failed.',
  ],
  ['event/in-order', '29', 'should', careful],
  ['event/known', '30', 'should', 'pipecat before 1.14, which ends the call on any type outside its list.'],
];

/** Laws that reckon with what was appended, which nobody knows of a track. */
const ofAppends: ReadonlySet<string> = new Set(['17']);

function ofRow([name, number, level, breaks, profile = 'core']: Row): LawRule {
  const law = laws.find((each) => each.number === number);
  if (law === undefined) throw new Error(`There is no law ${number}.`);
  const [digits = ''] = /^\d+/.exec(number) ?? [];
  return {
    id: `law.${name}`,
    profile,
    level,
    says: `${law.says.slice(0, 1).toUpperCase()}${law.says.slice(1)}.`,
    source: `9 no. ${digits}`,
    breaks,
    broken(line) {
      if (line.family !== 'realtime' || (line.hasMedia && ofAppends.has(number))) return null;
      return brokenBy(law.broken, line.story.trace(line.hasMedia));
    },
  };
}

/** A frame of the wrong shape is the finding of another rule; that a law can't read it is none. */
function brokenBy(broken: (trace: Trace) => string | null, trace: Trace): string | null {
  try {
    return broken(trace);
  } catch {
    return null;
  }
}

const shape: LawRule = {
  id: 'law.frame/shape',
  profile: 'core',
  level: 'must',
  says: 'Every event has the fields that the official schema requires, of the types it gives them.',
  source: '4.8',
  breaks: 'Typed clients, such as the openai packages and LiveKit, which read a field that is not there.',
  broken(line) {
    if (line.family === 'beta') return null;
    const read = line.family === 'realtime' ? checkServerEvent : checkTranslationServerEvent;
    for (const event of line.seen) {
      const checked = read(event);
      if (!checked.ok) return `${event.type}: ${checked.error.message} ${quote(event)}`;
    }
    return null;
  },
};

const json: LawRule = {
  id: 'law.frame/json',
  profile: 'core',
  level: 'must',
  says: 'Every frame is text, and JSON of one object with a type.',
  source: '1.1',
  breaks: 'The openai package, which reports an error for each frame that is not, and loses the event in it.',
  broken: ({ story }) => (story.odd[0] === undefined ? null : `This is no event: ${quote(story.odd[0])}`),
};

export const lawRules: readonly LawRule[] = [shape, json, ...rows.map(ofRow)];
