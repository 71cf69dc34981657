import { type Check, checksOf } from '../check.ts';
import { holds } from '../finding.ts';
import { at, hasKeys, type Json, objectAt, type Seen, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { append, silence, speech } from '../sound.ts';
import { inOrder, joined } from '../turns.ts';

const speechToText = "LiveKit's and pipecat's speech-to-text on this API.";

async function opened(probe: Probe): Promise<Line> {
  return probe.open({ query: { model: null, intent: 'transcription' } });
}

async function configured(probe: Probe, input: Json = { turn_detection: null }): Promise<Line> {
  const line = await opened(probe);
  await listen(line, input);
  return line;
}

function listen(line: Line, input: Json): Promise<Seen> {
  const transcription = { model: 'gpt-4o-mini-transcribe', language: 'en' };
  const audio = { input: { transcription, ...input } };
  line.send({ type: 'session.update', session: { type: 'transcription', audio } });
  return line.get('session.updated');
}

/** Says something and commits it; gives the id of the item once its words have come. */
async function said(line: Line): Promise<string> {
  append(line, speech());
  line.send({ type: 'input_audio_buffer.commit' });
  const id = textAt(await line.get('input_audio_buffer.committed'), 'item_id');
  await words(line, id);
  return id;
}

function words(line: Line, id: string): Promise<unknown> {
  return line.until('conversation.item.input_audio_transcription.completed', () =>
    line.seen.find(({ type, item_id }) => type === `${prefix}completed` && item_id === id),
  );
}

const prefix = 'conversation.item.input_audio_transcription.';

export const transcriptionChecks: readonly Check[] = checksOf('transcription', true, [
  {
    id: 'transcription.session/created',
    level: 'must',
    source: '5.2',
    says: '?intent=transcription opens a session of type transcription.',
    breaks: speechToText,
    async run(probe) {
      const [created] = (await opened(probe)).seen;
      same(created, 'session.type', 'transcription');
      textAt(created, 'session.id');
      objectAt(created, 'session.audio.input.format');
    },
  },
  {
    id: 'transcription.session/no-output',
    level: 'should',
    source: '1.2',
    says: 'Such a session shows no output, and its object is realtime.transcription_session.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const [created] = (await opened(probe)).seen;
      same(created, 'session.object', 'realtime.transcription_session');
      holds(at(created, 'session.audio.output') === undefined, 'The session shows an output.');
    },
  },
  {
    id: 'transcription.session/update',
    level: 'must',
    source: '1.3',
    says: 'Model and language of the transcription can be set, and are shown.',
    breaks: speechToText,
    async run(probe) {
      const updated = await listen(await opened(probe), { turn_detection: null });
      same(updated, 'session.audio.input.transcription.model', 'gpt-4o-mini-transcribe');
      same(updated, 'session.audio.input.transcription.language', 'en');
      hasKeys(updated, 'session.audio.input', ['turn_detection']);
    },
  },
  {
    id: 'transcription.session/other-type',
    level: 'should',
    source: '1.3',
    says: 'An update to the type realtime is invalid_parameter, param session.type.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'session.update', session: { type: 'realtime' } });
      const error = await line.refusal();
      same(error, 'error.code', 'invalid_parameter');
      same(error, 'error.param', 'session.type');
    },
  },
  {
    id: 'transcription.turn/completed',
    level: 'must',
    source: '5.1',
    says: 'A commit is followed by a transcript with a usage.',
    breaks: speechToText,
    async run(probe) {
      const line = await configured(probe);
      const done = await words(line, await said(line));
      textAt(done, 'transcript');
      textAt(done, 'usage.type');
      same(done, 'content_index', 0);
    },
  },
  {
    id: 'transcription.turn/order',
    level: 'must',
    source: '5.2',
    says: 'The item is committed and added before its transcript comes, under one id.',
    breaks: speechToText,
    async run(probe) {
      const line = await configured(probe);
      const id = await said(line);
      const own = line.seen.filter((event) => event['item_id'] === id || at(event, 'item.id') === id);
      inOrder(own, ['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done']);
      inOrder(own, ['input_audio_buffer.committed', `${prefix}completed`]);
    },
  },
  {
    id: 'transcription.turn/deltas',
    level: 'must',
    source: '5.1',
    says: 'If an item has deltas, they add up to its transcript.',
    breaks: 'LiveKit, which shows them while the user speaks.',
    async run(probe) {
      const line = await configured(probe);
      const id = await said(line);
      const deltas = joined(
        line.seen.filter(({ item_id }) => item_id === id),
        `${prefix}delta`,
      );
      const transcript = textAt(await words(line, id), 'transcript');
      holds(deltas === '' || deltas === transcript, `The deltas say "${deltas}", the end says "${transcript}".`);
    },
  },
  {
    id: 'transcription.turn/two',
    level: 'must',
    source: '5.1',
    says: 'A second item has its own transcript, and names the first as the one before.',
    breaks: speechToText,
    async run(probe) {
      const line = await configured(probe);
      const one = await said(line);
      const two = await said(line);
      const committed = line.seen.find(
        ({ type, item_id }) => type === 'input_audio_buffer.committed' && item_id === two,
      );
      same(committed, 'previous_item_id', one);
    },
  },
  {
    id: 'transcription.turn/detected',
    level: 'must',
    isModelsWill: true,
    source: '5.2',
    says: 'A turn that detection finds is committed and transcribed, and no response starts.',
    breaks: speechToText,
    async run(probe) {
      const line = await configured(probe, { turn_detection: { type: 'server_vad' } });
      append(line, Buffer.concat([silence(300), speech(), silence(2500)]));
      await line.first(`${prefix}completed`);
      holds(!line.seen.some(({ type }) => type.startsWith('response.')), 'A response started.');
    },
  },
  {
    id: 'transcription.response/refused',
    level: 'should',
    source: '5.2',
    says: 'response.create is refused with an error, and the session goes on.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await configured(probe);
      line.send({ type: 'response.create' });
      await line.refusal();
      await said(line);
    },
  },
]);
