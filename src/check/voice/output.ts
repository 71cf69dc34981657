import { type Check, checksOf } from '../check.ts';
import { absent, holds, taken } from '../finding.ts';
import { at, quote, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { bytesOf, lengthMs } from '../sound.ts';
import { type Answer, configure, first, inOrder, item, joined, turn } from '../turns.ts';

const twilio = 'Telephones: the Twilio sample and the agents package play what comes as it is.';

async function spoken(probe: Probe): Promise<[Line, Answer]> {
  const line = await probe.open();
  return [line, await turn(line, 'audio')];
}

function deltasOf({ own }: Answer): readonly string[] {
  return own.filter(({ type }) => type === 'response.output_audio.delta').map((event) => textAt(event, 'delta'));
}

/** An answer in a format of telephones. */
async function inFormat(probe: Probe, type: 'audio/pcmu' | 'audio/pcma'): Promise<void> {
  const line = await probe.open();
  const updated = await configure(line, { audio: { output: { format: { type } } } });
  same(updated, 'session.audio.output.format.type', type);
  const answer = await turn(line, 'audio');
  holds(bytesOf(deltasOf(answer)) > 0, 'The deltas hold no sound.');
  same(answer.created, 'response.audio.output.format.type', type);
}

export const outputChecks: readonly Check[] = checksOf('voice', true, [
  {
    id: 'voice.output/order',
    level: 'must',
    source: '4.3',
    says: 'A spoken response adds an item and a part, streams sound and transcript, and closes them all.',
    breaks:
      'LiveKit and the agents package, which fill the message that was added, and drop what comes before or after.',
    async run(probe) {
      const [, { own }] = await spoken(probe);
      const begin = ['response.created', 'response.output_item.added', 'response.content_part.added'];
      const end = ['response.content_part.done', 'response.output_item.done', 'response.done'];
      inOrder(own, [...begin, 'response.output_audio.delta', 'response.output_audio.done', ...end]);
      const words = ['response.output_audio_transcript.delta', 'response.output_audio_transcript.done'];
      inOrder(own, [...begin, ...words, ...end]);
    },
  },
  {
    id: 'voice.output/sound',
    level: 'must',
    source: '4.3',
    says: 'Every delta of sound is base64 of whole samples, and together they are not empty.',
    breaks: twilio,
    async run(probe) {
      const [, answer] = await spoken(probe);
      const deltas = deltasOf(answer);
      for (const delta of deltas) {
        const bytes = Buffer.from(delta, 'base64');
        holds(bytes.toString('base64') === delta, `A delta is no canonical base64: ${quote(delta)}`);
        holds(bytes.length % 2 === 0, `A delta of ${bytes.length} bytes cuts a sample.`);
      }
      holds(lengthMs(bytesOf(deltas)) >= 20, `All deltas together are ${lengthMs(bytesOf(deltas))} ms of sound.`);
    },
  },
  {
    id: 'voice.output/transcript',
    level: 'must',
    source: '4.3',
    says: "The transcript's deltas add up to its end, the part's and the item's.",
    breaks: 'Captions, which show another text than the history.',
    async run(probe) {
      const [, answer] = await spoken(probe);
      const words = joined(answer.own, 'response.output_audio_transcript.delta');
      same(first(answer, 'response.output_audio_transcript.done'), 'transcript', words);
      same(first(answer, 'response.content_part.done'), 'part.transcript', words);
      same(item(answer, 'message'), 'item.content.0.transcript', words);
    },
  },
  {
    id: 'voice.output/types',
    level: 'must',
    source: '4.3',
    says: 'A spoken part has the type audio in its events, and output_audio in the item.',
    breaks: 'The agents package, which drops events with parts of other types.',
    async run(probe) {
      const [, answer] = await spoken(probe);
      same(first(answer, 'response.content_part.added'), 'part.type', 'audio');
      same(item(answer, 'message'), 'item.content.0.type', 'output_audio');
    },
  },
  {
    id: 'voice.output/stream-ids',
    level: 'must',
    source: '4.3',
    says: 'Every delta of sound names its response, item and place.',
    breaks: 'The Twilio sample, which truncates the item that the sound names.',
    async run(probe) {
      const [, answer] = await spoken(probe);
      const id = textAt(first(answer, 'response.output_item.added'), 'item.id');
      for (const event of answer.own.filter(({ type }) => type.startsWith('response.output_audio'))) {
        same(event, 'item_id', id);
        same(event, 'response_id', answer.id);
        same(event, 'content_index', 0);
      }
    },
  },
  {
    id: 'voice.output/no-bytes',
    level: 'should',
    source: '4.3',
    says: 'No end, item or response.done holds sound again.',
    breaks: 'Nobody that we know of. Without it, the same sound goes over the wire twice.',
    async run(probe) {
      const [, { events }] = await spoken(probe);
      const heavy = events.find(
        (event) => event.type.endsWith('.done') && /"audio":"[A-Za-z0-9+/]/.test(JSON.stringify(event)),
      );
      holds(heavy === undefined, `${heavy?.type} holds sound.`);
    },
  },
  {
    id: 'voice.output/settings',
    level: 'should',
    source: '4.8',
    says: 'response.created shows the modality, the format and the voice.',
    breaks: 'Nobody that we know of. A client can show what an answer was made with.',
    async run(probe) {
      const [, { created }] = await spoken(probe);
      same(created, 'response.output_modalities', ['audio']);
      textAt(created, 'response.audio.output.format.type');
      textAt(created, 'response.audio.output.voice');
    },
  },
  {
    id: 'voice.output/pcmu',
    level: 'must',
    source: '1.3',
    says: 'Answers can be had as µ-law.',
    breaks: twilio,
    run: (probe) => inFormat(probe, 'audio/pcmu'),
  },
  {
    id: 'voice.output/pcma',
    level: 'should',
    source: '1.3',
    says: 'Answers can be had as A-law.',
    breaks: 'European telephone lines.',
    run: (probe) => inFormat(probe, 'audio/pcma'),
  },
  {
    id: 'voice.output/voice-locked',
    level: 'should',
    source: '1.3',
    says: 'Once there was sound, another voice is refused with cannot_update_voice, and the same one is accepted.',
    breaks: 'Nobody that we know of. Without it, the voice may change in the middle of a conversation.',
    async run(probe) {
      const [line] = await spoken(probe);
      const voice = textAt(line.seen[0], 'session.audio.output.voice');
      await taken(configure(line, { audio: { output: { voice } } }));
      const other = voice === 'cedar' ? 'marin' : 'cedar';
      line.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice: other } } } });
      same(await line.refusal(), 'error.code', 'cannot_update_voice');
    },
  },
]);

const livekitTruncates =
  'Everything that can be interrupted: LiveKit, the agents package and the Twilio sample truncate to what was heard.';

/** A spoken message, and how long it is. */
async function message(probe: Probe): Promise<{ line: Line; id: string; ms: number }> {
  const [line, answer] = await spoken(probe);
  const id = textAt(item(answer, 'message'), 'item.id');
  return { line, id, ms: Math.ceil(lengthMs(bytesOf(deltasOf(answer)))) };
}

function truncate(line: Line, item_id: string, audio_end_ms: number): void {
  line.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms });
}

export const truncateChecks: readonly Check[] = checksOf('voice', true, [
  {
    id: 'voice.truncate/answered',
    level: 'must',
    source: '3.2',
    says: 'conversation.item.truncate is answered by conversation.item.truncated with what was asked for.',
    breaks: livekitTruncates,
    async run(probe) {
      const { line, id } = await message(probe);
      truncate(line, id, 10);
      const truncated = await line.get('conversation.item.truncated');
      same(truncated, 'item_id', id);
      same(truncated, 'content_index', 0);
      same(truncated, 'audio_end_ms', 10);
    },
  },
  {
    id: 'voice.truncate/whole',
    level: 'must',
    source: '10',
    says: 'A truncation at the length of what was sent, rounded up to a millisecond, is accepted.',
    breaks: 'The agents package on telephones, whose rounding would be an error.',
    async run(probe) {
      const { line, id, ms } = await message(probe);
      truncate(line, id, ms);
      const found = await line.until('answer to a truncation', () =>
        line.since().find(({ type }) => type === 'error' || type === 'conversation.item.truncated'),
      );
      holds(at(found, 'error.param') !== 'audio_end_ms', `${ms} ms were refused: ${quote(at(found, 'error.message'))}`);
      if (found.type === 'error') throw absent('Nothing can be truncated.');
    },
  },
  {
    id: 'voice.truncate/past-end',
    level: 'must',
    source: '3.2',
    says: 'A truncation past the end is answered, and the session goes on.',
    breaks: 'The Twilio sample, which goes by its own clock.',
    async run(probe) {
      const { line, id, ms } = await message(probe);
      truncate(line, id, ms + 60_000);
      await line.until('answer to a truncation past the end', () =>
        line.since().find(({ type }) => type === 'error' || type === 'conversation.item.truncated'),
      );
      await configure(line, {});
    },
  },
  {
    id: 'voice.truncate/past-end-code',
    level: 'should',
    source: '3.2',
    says: 'A truncation past the end is invalid_value, param audio_end_ms.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const { line, id, ms } = await message(probe);
      truncate(line, id, ms + 60_000);
      const error = await line.refusal();
      same(error, 'error.code', 'invalid_value');
      same(error, 'error.param', 'audio_end_ms');
    },
  },
  {
    id: 'voice.truncate/unknown',
    level: 'should',
    source: '3.2',
    says: 'Truncating what is not there is item_truncate_invalid_item_id.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      truncate(line, 'check_nowhere', 0);
      same(await line.refusal(), 'error.code', 'item_truncate_invalid_item_id');
    },
  },
  {
    id: 'voice.truncate/unheard-words',
    level: 'should',
    source: '3.2',
    says: 'A truncated message no longer has the part of the transcript that was not heard.',
    breaks: 'Nobody that we know of. Without it, the model believes that the user heard what was never played.',
    async run(probe) {
      const { line, id } = await message(probe);
      truncate(line, id, 0);
      await line.get('conversation.item.truncated');
      line.send({ type: 'conversation.item.retrieve', item_id: id });
      const found = await line.get('conversation.item.retrieved');
      holds(
        (at(found, 'item.content.0.transcript') ?? '') === '',
        `It still says ${quote(at(found, 'item.content.0.transcript'))}.`,
      );
    },
  },
]);
