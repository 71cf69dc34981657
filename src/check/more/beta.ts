import { type Check, checksOf } from '../check.ts';
import { absent, holds } from '../finding.ts';
import { at, type Json, listAt, numberAt, objectAt, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { append, silence } from '../sound.ts';
import { type Answer, answer, first, inOrder, joined } from '../turns.ts';

const betaClients = 'openai-realtime-api-beta, and all that was written before the API was released.';

/** A session in the shape of the beta. A server that does not speak it refuses by name, or answers in the shape of today. */
async function opened(probe: Probe): Promise<Line> {
  const headers = { 'openai-beta': 'realtime=v1' };
  const line = await probe.dial({ family: 'beta', headers });
  const event = await line.until('session.created', () => line.seen[0]);
  if (event.type === 'error') throw absent(`The beta is refused: ${at(event, 'error.code')}.`);
  if (at(event, 'session.type') === 'realtime') throw absent('The server answers in the shape of today.');
  return line;
}

async function configure(line: Line, session: Json): Promise<unknown> {
  line.send({ type: 'session.update', session });
  return line.get('session.updated');
}

const hello = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say: ready' }] };

async function turn(line: Line, modalities: readonly string[]): Promise<Answer> {
  line.send({ type: 'conversation.item.create', item: hello });
  await line.get('conversation.item.created');
  line.send({ type: 'response.create', response: { modalities } });
  return answer(line);
}

export const betaChecks: readonly Check[] = checksOf('beta', true, [
  {
    id: 'beta.session/created',
    level: 'must',
    source: '1.3',
    says: 'session.created is flat: modalities, voice, formats and turn_detection at the top.',
    breaks: betaClients,
    async run(probe) {
      const [created] = (await opened(probe)).seen;
      listAt(created, 'session.modalities');
      textAt(created, 'session.voice');
      same(created, 'session.input_audio_format', 'pcm16');
      same(created, 'session.output_audio_format', 'pcm16');
    },
  },
  {
    id: 'beta.session/update',
    level: 'must',
    source: '1.3',
    says: 'A flat update without a type is accepted, and shown flat.',
    breaks: betaClients,
    async run(probe) {
      const line = await opened(probe);
      const updated = await configure(line, { instructions: 'Be brief.', modalities: ['text'], turn_detection: null });
      same(updated, 'session.instructions', 'Be brief.');
      same(updated, 'session.modalities', ['text']);
      same(updated, 'session.turn_detection', null);
    },
  },
  {
    id: 'beta.session/formats',
    level: 'must',
    source: '1.3',
    says: 'G.711 goes by its old names.',
    breaks: 'Code for Twilio of that time.',
    async run(probe) {
      const updated = await configure(await opened(probe), {
        input_audio_format: 'g711_ulaw',
        output_audio_format: 'g711_ulaw',
      });
      same(updated, 'session.input_audio_format', 'g711_ulaw');
      same(updated, 'session.output_audio_format', 'g711_ulaw');
    },
  },
  {
    id: 'beta.item/created',
    level: 'must',
    source: '3.1',
    says: 'An item is answered by conversation.item.created.',
    breaks: betaClients,
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'conversation.item.create', item: { ...hello, id: 'check_one' } });
      same(await line.get('conversation.item.created'), 'item.id', 'check_one');
      const modern = line.seen.find(
        ({ type }) => type === 'conversation.item.added' || type === 'conversation.item.done',
      );
      holds(modern === undefined, `${modern?.type} came, too.`);
    },
  },
  {
    id: 'beta.item/deleted',
    level: 'must',
    source: '3.2',
    says: 'An item can be deleted.',
    breaks: betaClients,
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'conversation.item.create', item: { ...hello, id: 'check_one' } });
      await line.get('conversation.item.created');
      line.send({ type: 'conversation.item.delete', item_id: 'check_one' });
      same(await line.get('conversation.item.deleted'), 'item_id', 'check_one');
    },
  },
  {
    id: 'beta.response/text',
    level: 'must',
    source: '4.2',
    says: 'A written answer comes in response.text events.',
    breaks: betaClients,
    async run(probe) {
      const { own } = await turn(await opened(probe), ['text']);
      const stream = ['response.text.delta', 'response.text.done', 'response.content_part.done'];
      inOrder(own, ['response.created', 'response.output_item.added', 'response.content_part.added', ...stream]);
      inOrder(own, ['response.text.done', 'response.output_item.done', 'response.done']);
      same(
        own.find(({ type }) => type === 'response.text.done'),
        'text',
        joined(own, 'response.text.delta'),
      );
    },
  },
  {
    id: 'beta.response/audio',
    level: 'must',
    source: '4.3',
    says: 'A spoken answer comes in response.audio and response.audio_transcript events.',
    breaks: betaClients,
    async run(probe) {
      const { own } = await turn(await opened(probe), ['text', 'audio']);
      inOrder(own, ['response.content_part.added', 'response.audio.delta', 'response.audio.done', 'response.done']);
      inOrder(own, [
        'response.content_part.added',
        'response.audio_transcript.delta',
        'response.audio_transcript.done',
      ]);
    },
  },
  {
    id: 'beta.response/done',
    level: 'must',
    source: '4.8',
    says: 'response.done is completed, and has its output and a usage.',
    breaks: betaClients,
    async run(probe) {
      const turned = await turn(await opened(probe), ['text']);
      same(turned.done, 'response.status', 'completed');
      same(first(turned, 'response.output_item.done'), 'item.content.0.type', 'text');
      objectAt(turned.done, 'response.output.0');
      numberAt(turned.done, 'response.usage.total_tokens');
    },
  },
  {
    id: 'beta.input/commit',
    level: 'must',
    source: '2.1',
    says: 'Sound is committed, and its item created.',
    breaks: betaClients,
    async run(probe) {
      const line = await opened(probe);
      await configure(line, { turn_detection: null });
      append(line, silence(500));
      line.send({ type: 'input_audio_buffer.commit' });
      const committed = await line.get('input_audio_buffer.committed');
      await line.get('conversation.item.created', (event) => at(event, 'item.id') === committed['item_id']);
    },
  },
  {
    id: 'beta.error/echoes-event-id',
    level: 'must',
    source: '8',
    says: "An error carries the event_id of the client's event.",
    breaks: betaClients,
    async run(probe) {
      const line = await opened(probe);
      line.send({ type: 'check.unknown_event', event_id: 'check_echo' });
      same(await line.refusal(), 'error.event_id', 'check_echo');
    },
  },
]);
