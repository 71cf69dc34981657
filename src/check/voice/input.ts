import { type Check, checksOf } from '../check.ts';
import { absent, holds, taken } from '../finding.ts';
import { at, hasKeys, numberAt, objectAt, type Seen, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { append, lengthMs, silence, speech } from '../sound.ts';
import { answer, configure, inOrder, running } from '../turns.ts';

/** A session in which nothing happens by itself. */
async function pushToTalk(probe: Probe): Promise<Line> {
  const line = await probe.open();
  await listen(line, {});
  return line;
}

/** Sets how the session listens, with detection off. */
function listen(line: Line, input: object): Promise<Seen> {
  return configure(line, { audio: { input: { turn_detection: null, ...input } } });
}

interface Committed {
  readonly id: string;
  readonly item: unknown;
}

/** Commits what was appended; gives the item. */
async function commit(line: Line): Promise<Committed> {
  line.send({ type: 'input_audio_buffer.commit' });
  const id = textAt(await line.get('input_audio_buffer.committed'), 'item_id');
  const isIt = (event: unknown): boolean => at(event, 'item.id') === id;
  const added = await line.get('conversation.item.added', isIt);
  await line.get('conversation.item.done', isIt);
  return { id, item: at(added, 'item') };
}

const pushers = 'Push-to-talk clients, and all that find the ends of turns themselves.';

/** Half a second in a format of telephones is committed. */
async function telephone(probe: Probe, type: 'audio/pcmu' | 'audio/pcma'): Promise<void> {
  const line = await probe.open();
  same(await listen(line, { format: { type } }), 'session.audio.input.format.type', type);
  append(line, silence(500, type), { format: type });
  await commit(line);
}

export const inputChecks: readonly Check[] = checksOf('voice', true, [
  {
    id: 'voice.input/commit',
    level: 'must',
    source: '2.1',
    says: 'A commit is answered by committed, then by the item of that id, added and done.',
    breaks: pushers,
    async run(probe) {
      const line = await pushToTalk(probe);
      append(line, silence(500));
      await commit(line);
      inOrder(line.since(), ['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done']);
    },
  },
  {
    id: 'voice.input/item',
    level: 'must',
    source: '2.1',
    says: 'The item is a message of the user with a part input_audio, whose key transcript is there.',
    breaks: 'The agents package, which throws if the key is missing.',
    async run(probe) {
      const line = await pushToTalk(probe);
      append(line, silence(500));
      const { item } = await commit(line);
      same(item, 'role', 'user');
      same(item, 'content.0.type', 'input_audio');
      hasKeys(item, 'content.0', ['transcript']);
    },
  },
  {
    id: 'voice.input/commit-empty',
    level: 'should',
    source: '2.1',
    says: 'A commit of less than 100 ms is input_audio_buffer_commit_empty.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await pushToTalk(probe);
      append(line, silence(40));
      line.send({ type: 'input_audio_buffer.commit' });
      same(await line.refusal(), 'error.code', 'input_audio_buffer_commit_empty');
    },
  },
  {
    id: 'voice.input/clear',
    level: 'must',
    source: '2.1',
    says: 'A clear is answered by cleared.',
    breaks: 'LiveKit, which waits for it.',
    async run(probe) {
      const line = await pushToTalk(probe);
      append(line, silence(500));
      line.send({ type: 'input_audio_buffer.clear' });
      await line.get('input_audio_buffer.cleared');
    },
  },
  {
    id: 'voice.input/clear-drops',
    level: 'must',
    source: '2.1',
    says: 'What was cleared is not committed.',
    breaks: 'Push-to-talk over WebRTC, which clears when the key goes down: speech from before is answered.',
    async run(probe) {
      const line = await pushToTalk(probe);
      append(line, silence(500));
      line.send({ type: 'input_audio_buffer.clear' });
      await line.get('input_audio_buffer.cleared');
      line.send({ type: 'input_audio_buffer.commit' });
      const found = await line.until('answer to the commit', () =>
        line.since().find(({ type }) => type === 'error' || type === 'input_audio_buffer.committed'),
      );
      same(found, 'type', 'error');
    },
  },
  {
    id: 'voice.input/append-unanswered',
    level: 'should',
    source: '2.1',
    says: 'An append has no answer.',
    breaks: 'Nobody that we know of. Without it, a call has twice the events.',
    async run(probe) {
      const line = await pushToTalk(probe);
      const { length } = line.seen;
      append(line, silence(500));
      await configure(line, {});
      const extra = line.seen.slice(length).find(({ type }) => type !== 'session.updated');
      holds(extra === undefined, `${extra?.type} came for an append of silence.`);
    },
  },
  {
    id: 'voice.input/bad-base64',
    level: 'should',
    source: '2.1',
    says: 'An append that is no base64 is invalid_value, param audio.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await pushToTalk(probe);
      line.send({ type: 'input_audio_buffer.append', audio: '!' });
      const error = await line.refusal();
      same(error, 'error.code', 'invalid_value');
      same(error, 'error.param', 'audio');
    },
  },
  {
    id: 'voice.input/pcmu',
    level: 'must',
    source: '2.1',
    says: 'Sound can be sent as µ-law.',
    breaks: 'The Twilio sample and the agents package on telephones.',
    run: (probe) => telephone(probe, 'audio/pcmu'),
  },
  {
    id: 'voice.input/pcma',
    level: 'should',
    source: '2.1',
    says: 'Sound can be sent as A-law.',
    breaks: 'European telephone lines.',
    run: (probe) => telephone(probe, 'audio/pcma'),
  },
  {
    id: 'voice.input/answered',
    level: 'must',
    source: '2.4',
    says: 'After a commit, response.create answers the speech.',
    breaks: pushers,
    async run(probe) {
      const line = await pushToTalk(probe);
      append(line, speech());
      await commit(line);
      line.send({ type: 'response.create' });
      await taken(answer(line));
    },
  },
  {
    id: 'voice.input/transcribed',
    level: 'must',
    source: '5.1',
    says: 'With transcription on, a committed item gets one transcript with a usage.',
    breaks: 'The agents package and LiveKit, whose history lacks what the user said.',
    async run(probe) {
      const line = await probe.open();
      await listen(line, { transcription: { model: 'whisper-1' } });
      append(line, speech());
      const { id } = await commit(line);
      const isIts = (event: unknown): boolean => at(event, 'item_id') === id;
      const done = await line.get('conversation.item.input_audio_transcription.completed', isIts);
      textAt(done, 'transcript');
      objectAt(done, 'usage');
      same(done, 'content_index', 0);
    },
  },
]);

interface Turn {
  readonly line: Line;
  readonly id: string;
  readonly appendedMs: number;
}

/** Says something into a session that finds turns itself; returns once the turn is committed. */
async function spokenTurn(probe: Probe, detection: object): Promise<Turn> {
  const line = await probe.open();
  await configure(line, { audio: { input: { turn_detection: detection } } });
  const sound = Buffer.concat([silence(300), speech(), silence(2500)]);
  const from = line.seen.length;
  append(line, sound);
  const committed = await line.until('input_audio_buffer.committed after speech and silence', () =>
    line.seen.slice(from).find(({ type }) => type === 'input_audio_buffer.committed'),
  );
  const id = textAt(committed, 'item_id');
  await line.until('conversation.item.done of the turn', () =>
    line.seen.find((event) => event.type === 'conversation.item.done' && at(event, 'item.id') === id),
  );
  return { line, id, appendedMs: lengthMs(sound.length) };
}

const listening = { type: 'server_vad', create_response: false };
const talkers = 'Every client that leaves the ends of turns to the server.';

/** The events of a type that name the turn. */
function told({ line, id }: Turn, type: string): unknown {
  return line.seen.find((event) => event.type === type && event['item_id'] === id);
}

export const turnChecks: readonly Check[] = checksOf('voice', true, [
  {
    id: 'voice.turn/order',
    level: 'must',
    isModelsWill: true,
    source: '2.3',
    says: 'Speech and silence give speech_started, speech_stopped, committed and the item, under one id.',
    breaks: talkers,
    async run(probe) {
      const { line, id } = await spokenTurn(probe, listening);
      const own = line.seen.filter((event) => event['item_id'] === id || at(event, 'item.id') === id);
      const audio = ['speech_started', 'speech_stopped', 'committed'].map((name) => `input_audio_buffer.${name}`);
      inOrder(own, [...audio, 'conversation.item.added', 'conversation.item.done']);
    },
  },
  {
    id: 'voice.turn/times',
    level: 'must',
    isModelsWill: true,
    source: '2.2',
    says: 'audio_start_ms and audio_end_ms lie within what was appended, in order.',
    breaks: 'Clients that cut the sound of the turn out of what they sent.',
    async run(probe) {
      const turn = await spokenTurn(probe, listening);
      const start = numberAt(told(turn, 'input_audio_buffer.speech_started'), 'audio_start_ms');
      const end = numberAt(told(turn, 'input_audio_buffer.speech_stopped'), 'audio_end_ms');
      holds(start >= 0 && start <= end, `The turn is from ${start} to ${end} ms.`);
      holds(end <= turn.appendedMs, `The turn ends at ${end} ms; ${turn.appendedMs} ms were appended.`);
    },
  },
  {
    id: 'voice.turn/answered',
    level: 'must',
    isModelsWill: true,
    source: '2.3',
    says: 'With create_response a response starts by itself, after the item.',
    breaks: talkers,
    async run(probe) {
      const { line, id } = await spokenTurn(probe, { type: 'server_vad', create_response: true });
      const created = await line.until('response.created after the turn', () =>
        line.seen.find(({ type }) => type === 'response.created'),
      );
      const before = line.seen.slice(0, line.seen.indexOf(created));
      holds(
        before.some((event) => event.type === 'conversation.item.done' && at(event, 'item.id') === id),
        'response.created came before the item of the turn.',
      );
      const own = at(created, 'response.id');
      await line.until('response.done', () =>
        line.seen.find((event) => event.type === 'response.done' && at(event, 'response.id') === own),
      );
    },
  },
  {
    id: 'voice.turn/unanswered',
    level: 'must',
    isModelsWill: true,
    source: '2.4',
    says: 'With create_response false the turn is committed, and no response starts.',
    breaks: 'LiveKit with its own turn detection, which answers itself.',
    async run(probe) {
      const { line } = await spokenTurn(probe, listening);
      await configure(line, {});
      holds(!line.seen.some(({ type }) => type === 'response.created'), 'A response started by itself.');
    },
  },
  {
    id: 'voice.turn/silence',
    level: 'should',
    source: '2.2',
    says: 'Silence alone starts no turn.',
    breaks: 'Nobody that we know of. Without it, silence is answered.',
    async run(probe) {
      const line = await probe.open();
      await configure(line, { audio: { input: { turn_detection: { type: 'server_vad' } } } });
      append(line, silence(2000));
      await configure(line, {});
      holds(
        !line.seen.some(({ type }) => type.startsWith('input_audio_buffer.speech')),
        'Silence was taken for speech.',
      );
    },
  },
  {
    id: 'voice.turn/clear',
    level: 'should',
    isModelsWill: true,
    source: '2.1',
    says: 'A clear during speech ends the turn, and nothing of it is committed.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      await configure(line, { audio: { input: { turn_detection: listening } } });
      append(line, Buffer.concat([silence(300), speech()]));
      const started = await line.first('input_audio_buffer.speech_started');
      line.send({ type: 'input_audio_buffer.clear' });
      await line.get('input_audio_buffer.cleared');
      append(line, silence(2500));
      await configure(line, {});
      const late = line.seen.find(
        (event) => event.type === 'input_audio_buffer.committed' && event['item_id'] === started['item_id'],
      );
      holds(late === undefined, 'The turn was committed all the same.');
    },
  },
  {
    id: 'voice.turn/early-commit',
    level: 'should',
    isModelsWill: true,
    source: '2.1',
    says: 'A commit during speech ends the turn under the id that speech_started announced.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      await configure(line, { audio: { input: { turn_detection: listening } } });
      append(line, Buffer.concat([silence(300), speech()]));
      const started = await line.first('input_audio_buffer.speech_started');
      line.send({ type: 'input_audio_buffer.commit' });
      same(await line.get('input_audio_buffer.committed'), 'item_id', started['item_id']);
    },
  },
  {
    id: 'voice.turn/semantic',
    level: 'should',
    isModelsWill: true,
    source: '2.2',
    says: 'semantic_vad is accepted, and ends turns.',
    breaks: 'Nobody that we know of. The agents package offers it.',
    async run(probe) {
      const line = await probe.open();
      const detection = { type: 'semantic_vad', eagerness: 'high', create_response: false };
      const updated = await configure(line, { audio: { input: { turn_detection: detection } } });
      same(updated, 'session.audio.input.turn_detection.type', 'semantic_vad');
      append(line, Buffer.concat([silence(300), speech(), silence(5000)]));
      await line.first('input_audio_buffer.committed');
    },
  },
  {
    id: 'voice.turn/barge-in',
    level: 'must',
    isModelsWill: true,
    source: '2.6',
    says: 'Speech is announced by speech_started and ends the response in progress: response.done is cancelled, with the reason turn_detected.',
    breaks: 'Every client: the assistant talks over its user.',
    async run(probe) {
      const line = await probe.open();
      await configure(line, { audio: { input: { turn_detection: { ...listening, interrupt_response: true } } } });
      const sound = Buffer.concat([silence(300), speech()]);
      const id = await running(line, 'audio', () => append(line, sound));
      if (id === null) throw absent('Every answer was over before it could be interrupted.');
      const done = await line.until('response.done', () =>
        line.seen.find((event) => event.type === 'response.done' && at(event, 'response.id') === id),
      );
      const isStart = ({ type }: Seen): boolean => type === 'input_audio_buffer.speech_started';
      const before = line.seen.slice(0, line.seen.indexOf(done));
      if (at(done, 'response.status') === 'completed' && !before.some(isStart)) {
        throw absent('Every answer was over before it could be interrupted.');
      }
      same(done, 'response.status', 'cancelled');
      same(done, 'response.status_details.reason', 'turn_detected');
      await line.until('input_audio_buffer.speech_started', () => line.seen.find(isStart));
      line.leave();
    },
  },
]);
