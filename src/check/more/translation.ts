import { type Check, checksOf } from '../check.ts';
import { holds } from '../finding.ts';
import { at, numberAt, objectAt, oneOf, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { append, silence, speech } from '../sound.ts';

const translators = 'Programs written after the guide on translation.';

function opened(probe: Probe): Promise<Line> {
  return probe.open({ path: '/translations', family: 'translation' });
}

/** Somebody speaks, and pauses. */
function speak(line: Line): void {
  const sound = Buffer.concat([silence(300), speech(), silence(3000)]);
  append(line, sound, { type: 'session.input_audio_buffer.append' });
}

const sound = 'session.output_audio.delta';

export const translationChecks: readonly Check[] = checksOf('translation', true, [
  {
    id: 'translation.session/created',
    level: 'must',
    source: '5.3',
    says: 'A translation session opens, and shows its id, model and audio.',
    breaks: translators,
    async run(probe) {
      const [created] = (await opened(probe)).seen;
      same(created, 'session.type', 'translation');
      textAt(created, 'session.id');
      textAt(created, 'session.model');
      objectAt(created, 'session.audio');
    },
  },
  {
    id: 'translation.session/language',
    level: 'must',
    source: '5.3',
    says: 'The language of the output can be set, and is shown.',
    breaks: translators,
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'session.update', session: { audio: { output: { language: 'de' } } } });
      same(await line.get('session.updated'), 'session.audio.output.language', 'de');
    },
  },
  {
    id: 'translation.audio/output',
    level: 'must',
    isModelsWill: true,
    source: '5.3',
    says: 'Speech is answered by sound, without any turn or response.',
    breaks: translators,
    async run(probe) {
      const line = await opened(probe);
      speak(line);
      await line.first(sound);
      const other = line.seen.find(({ type }) => !type.startsWith('session.'));
      holds(other === undefined, `${other?.type} came in a translation session.`);
    },
  },
  {
    id: 'translation.audio/fields',
    level: 'must',
    isModelsWill: true,
    source: '5.3',
    says: 'Sound is base64 of pcm16 at 24 kHz on one channel, if the event says what it is.',
    breaks: 'Players, which play it as that.',
    async run(probe) {
      const line = await opened(probe);
      speak(line);
      const delta = await line.first(sound);
      oneOf(delta, 'format', ['pcm16', undefined]);
      oneOf(delta, 'sample_rate', [24_000, undefined]);
      oneOf(delta, 'channels', [1, undefined]);
      const bytes = Buffer.byteLength(textAt(delta, 'delta'), 'base64');
      holds(bytes > 0 && bytes % 2 === 0, `A delta has ${bytes} bytes.`);
    },
  },
  {
    id: 'translation.audio/time',
    level: 'should',
    isModelsWill: true,
    source: '5.3',
    says: 'elapsed_ms never goes back.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await opened(probe);
      speak(line);
      await line.first(sound);
      line.send({ type: 'session.close' });
      await line.get('session.closed');
      const times = line.seen.filter(
        (event) => event.type === sound && at(event, 'elapsed_ms') !== null && 'elapsed_ms' in event,
      );
      const elapsed = times.map((event) => numberAt(event, 'elapsed_ms'));
      const back = elapsed.find((ms, index) => ms < (elapsed[index - 1] ?? 0));
      holds(back === undefined, `elapsed_ms goes back to ${back}.`);
    },
  },
  {
    id: 'translation.session/closed',
    level: 'must',
    source: '5.3',
    says: 'session.close is answered by session.closed, and then the socket closes.',
    breaks: translators,
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'session.close' });
      await line.get('session.closed');
      await line.end();
      same(line.seen.at(-1), 'type', 'session.closed');
    },
  },
  {
    id: 'translation.session/flushed',
    level: 'must',
    isModelsWill: true,
    source: '5.3',
    says: 'What was said before session.close is translated before session.closed.',
    breaks: 'Everybody who needs the last sentence of a translation.',
    async run(probe) {
      const line = await opened(probe);
      append(line, Buffer.concat([silence(300), speech()]), { type: 'session.input_audio_buffer.append' });
      line.send({ type: 'session.close' });
      await line.get('session.closed');
      holds(
        line.seen.some(({ type }) => type === sound),
        'session.closed came without any sound.',
      );
    },
  },
  {
    id: 'translation.event/other',
    level: 'must',
    source: '5.3',
    says: 'An event of other sessions gets an error, and the session goes on.',
    breaks: translators,
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'response.create' });
      await line.refusal();
      line.send({ type: 'session.update', session: { audio: { output: { language: 'fr' } } } });
      await line.get('session.updated');
    },
  },
]);
