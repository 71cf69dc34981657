import { type Check, checksOf } from '../check.ts';
import { absent, holds } from '../finding.ts';
import { at, hasKeys, listAt, numberAt, objectAt, oneOf, type Seen, same, textAt } from '../json.ts';
import type { Probe } from '../probe.ts';
import { add, configure, create, first, inOrder, item, joined, respond, running, turn, typed } from '../turns.ts';

const readers =
  'LiveKit and the agents package, which fill the message that was added, and drop what comes before or after.';

/** Those that a stock client fails without, and those that the service shows besides. */
const neededKeys = ['object', 'id', 'status', 'status_details', 'output'];
const otherKeys = ['conversation_id', 'output_modalities', 'max_output_tokens', 'audio', 'usage', 'metadata'];

const texts: readonly Check[] = checksOf('core', false, [
  {
    id: 'core.response/text-order',
    level: 'must',
    source: '4.2',
    says: 'A text response is created, adds an item and a part, writes, and closes them in that order.',
    breaks: readers,
    async run(probe) {
      const { own } = await turn(await probe.open());
      inOrder(own, [
        'response.created',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.delta',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.done',
      ]);
    },
  },
  {
    id: 'core.response/text-in-conversation',
    level: 'must',
    source: '4.2',
    says: 'The message of a response enters the conversation: conversation.item.added and .done with its id.',
    breaks: 'LiveKit and pipecat, whose context lacks what the model said.',
    async run(probe) {
      const answer = await turn(await probe.open());
      const id = at(item(answer, 'message'), 'item.id');
      const hasId = (event: unknown): boolean => at(event, 'item.id') === id;
      first(answer, 'conversation.item.added', hasId);
      first(answer, 'conversation.item.done', hasId);
    },
  },
  {
    id: 'core.response/text-once',
    level: 'must',
    source: '4.2',
    says: 'The deltas add up to the text of output_text.done, of the part, and of the item.',
    breaks: 'Captions, which show another text than the history.',
    async run(probe) {
      const answer = await turn(await probe.open());
      const text = joined(answer.own, 'response.output_text.delta');
      holds(text !== '', 'The deltas hold no text.');
      same(first(answer, 'response.output_text.done'), 'text', text);
      same(first(answer, 'response.content_part.done'), 'part.text', text);
      same(item(answer, 'message'), 'item.content.0.text', text);
    },
  },
  {
    id: 'core.response/text-types',
    level: 'must',
    source: '4.3',
    says: 'A written part has the type text in its events, and output_text in the item.',
    breaks: 'The agents package, which drops events with parts of other types.',
    async run(probe) {
      const answer = await turn(await probe.open());
      same(first(answer, 'response.content_part.added'), 'part.type', 'text');
      same(item(answer, 'message'), 'item.content.0.type', 'output_text');
    },
  },
  {
    id: 'core.response/stream-ids',
    level: 'must',
    source: '4.2',
    says: 'Every event of a stream names its response, its item and its place.',
    breaks: 'LiveKit, pipecat and the Twilio sample, which find the item by them.',
    async run(probe) {
      const answer = await turn(await probe.open());
      const id = textAt(first(answer, 'response.output_item.added'), 'item.id');
      for (const event of answer.own.filter(({ type }) => /\.output_text\.|\.content_part\./.test(type))) {
        same(event, 'item_id', id);
        same(event, 'response_id', answer.id);
        same(event, 'output_index', 0);
        same(event, 'content_index', 0);
      }
    },
  },
  {
    id: 'core.response/created-shape',
    level: 'must',
    source: '4.8',
    says: 'response.created shows a response in progress: id, status, status_details, and an output of nothing.',
    breaks: 'pipecat, whose call ends on a response without one of these keys.',
    async run(probe) {
      const { created } = await turn(await probe.open());
      hasKeys(created, 'response', neededKeys);
      same(created, 'response.status', 'in_progress');
      same(created, 'response.output', []);
    },
  },
  {
    id: 'core.response/done-shape',
    level: 'must',
    source: '4.7',
    says: 'response.done shows a completed response, whose status_details are null or say only that.',
    breaks: 'pipecat, whose call ends on a response without object, id, status, status_details or output.',
    async run(probe) {
      const { done } = await turn(await probe.open());
      hasKeys(done, 'response', neededKeys);
      same(done, 'response.object', 'realtime.response');
      same(done, 'response.status', 'completed');
      if (at(done, 'response.status_details') !== null) same(done, 'response.status_details.type', 'completed');
    },
  },
  {
    id: 'core.response/all-keys',
    level: 'should',
    source: '4.8',
    says: 'response.created and response.done show every key of a response, with null if it has no value.',
    breaks: 'Nobody that we know of. A client can show what an answer was made with.',
    async run(probe) {
      const { created, done } = await turn(await probe.open());
      for (const event of [created, done]) hasKeys(event, 'response', otherKeys);
    },
  },
  {
    id: 'core.response/done-output',
    level: 'must',
    source: '9 no. 6',
    says: 'response.done lists the message that the response made.',
    breaks: 'Programs written after the guides, which read the answer out of response.done.',
    async run(probe) {
      const answer = await turn(await probe.open());
      const output = listAt(answer.done, 'response.output');
      const id = at(item(answer, 'message'), 'item.id');
      const ids = output.map((each) => at(each, 'id')).join(', ');
      holds(
        output.some((each) => at(each, 'id') === id),
        `response.done lists ${ids === '' ? 'nothing' : ids}, and not ${id}.`,
      );
    },
  },
  {
    id: 'core.response/usage',
    level: 'must',
    source: '4.8',
    says: 'response.done has a usage with whole numbers of total, input and output tokens, and details of both.',
    breaks: 'pipecat, whose call ends on a usage without one of these, and everything that counts costs.',
    async run(probe) {
      const { done } = await turn(await probe.open());
      objectAt(done, 'response.usage');
      for (const key of ['total_tokens', 'input_tokens', 'output_tokens']) {
        const tokens = numberAt(done, `response.usage.${key}`);
        holds(Number.isInteger(tokens) && tokens >= 0, `usage.${key} is ${tokens}.`);
      }
      objectAt(done, 'response.usage.input_token_details');
      objectAt(done, 'response.usage.output_token_details');
    },
  },
  {
    id: 'core.response/usage-details',
    level: 'should',
    source: '4.8',
    says: 'Usage tells text from audio on both sides, and what came from the cache.',
    breaks: 'Nobody that we know of. Without it, nobody can work out the costs.',
    async run(probe) {
      const { done } = await turn(await probe.open());
      hasKeys(done, 'response.usage.input_token_details', ['text_tokens', 'audio_tokens', 'cached_tokens']);
      hasKeys(done, 'response.usage.output_token_details', ['text_tokens', 'audio_tokens']);
    },
  },
  {
    id: 'core.response/metadata',
    level: 'must',
    source: '4.5',
    says: 'The metadata of response.create comes back in response.created and response.done.',
    breaks: 'LiveKit, which finds its own responses by it, and gives up on them after ten seconds.',
    async run(probe) {
      const metadata = { check: 'metadata' };
      const { created, done } = await turn(await probe.open(), 'text', { metadata });
      same(created, 'response.metadata', metadata);
      same(done, 'response.metadata', metadata);
    },
  },
  {
    id: 'core.response/null-instructions',
    level: 'must',
    source: '0 D19',
    says: 'Null in an optional field of response.create counts as absent.',
    breaks: 'LiveKit for Python, which sends instructions of null with most of its creates.',
    async run(probe) {
      await turn(await probe.open(), 'text', { instructions: null });
    },
  },
  {
    id: 'core.response/bare',
    level: 'must',
    source: '4.1',
    says: 'A response.create without anything else starts a response as the session is set.',
    breaks: 'Most clients, which send no more than that.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
      await line.get('session.updated');
      await add(line, typed('Say: ready'));
      const answer = await respond(line, { type: 'response.create' });
      first(answer, 'response.output_text.done');
    },
  },
  {
    id: 'core.response/two-turns',
    level: 'must',
    source: '4.1',
    says: 'A second turn is answered like the first, under new ids, and after it in the conversation.',
    breaks: 'Every conversation.',
    async run(probe) {
      const line = await probe.open();
      const one = await turn(line);
      const added = await add(line, typed('Say: ready again'));
      same(added, 'previous_item_id', at(item(one, 'message'), 'item.id'));
      const two = await respond(line, create('text'));
      holds(one.id !== two.id, `Both responses are called ${one.id}.`);
      const ids = [one, two].map((each) => at(item(each, 'message'), 'item.id'));
      holds(ids[0] !== ids[1], `Both messages are called ${ids[0]}.`);
    },
  },
  {
    id: 'core.response/cancel',
    level: 'must',
    isModelsWill: true,
    source: '4.6',
    says: 'response.cancel ends the running response: response.done with status cancelled.',
    breaks: 'Every client that can be interrupted: the answer goes on over the user.',
    async run(probe) {
      const done = await cancelled(probe, () => ({ type: 'response.cancel' }));
      same(done, 'response.status', 'cancelled');
    },
  },
  {
    id: 'core.response/cancel-reason',
    level: 'should',
    isModelsWill: true,
    source: '4.7',
    says: 'A response that its client cancelled says so: status_details of type cancelled, reason client_cancelled.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const done = await cancelled(probe, (response_id) => ({ type: 'response.cancel', response_id }));
      same(done, 'response.status_details.type', 'cancelled');
      same(done, 'response.status_details.reason', 'client_cancelled');
    },
  },
]);

const outOfBand: readonly Check[] = checksOf('core', true, [
  {
    id: 'core.response/out-of-band',
    level: 'must',
    source: '4.5',
    says: 'With conversation "none" a response stays out of the conversation, and says conversation_id null.',
    breaks: 'LiveKit, which asks such questions beside the conversation and finds them in it.',
    async run(probe) {
      const line = await probe.open();
      await add(line, typed('Say: ready', 'check_one'));
      const answer = await respond(line, create('text', { conversation: 'none' }));
      same(answer.created, 'response.conversation_id', null);
      const entered = answer.events.find(({ type }) => type.startsWith('conversation.item.'));
      holds(entered === undefined, `${entered?.type} came for a response out of band.`);
      same(await add(line, typed('Say: ready', 'check_two')), 'previous_item_id', 'check_one');
    },
  },
  {
    id: 'core.response/own-input',
    level: 'should',
    source: '4.1',
    says: 'A response with an input of its own is answered, whatever the conversation holds.',
    breaks: 'Nobody that we know of. Guides classify conversations this way.',
    async run(probe) {
      const line = await probe.open();
      const { item: message } = typed('Say: ready');
      await respond(line, create('text', { conversation: 'none', input: [message] }));
    },
  },
  {
    id: 'core.response/rate-limits',
    level: 'should',
    source: '4.8',
    says: 'rate_limits.updated lists names, limits, what remains, and seconds to a reset.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      await turn(line);
      const limits = await line.first('rate_limits.updated');
      for (const each of listAt(limits, 'rate_limits')) {
        textAt(each, 'name');
        oneOf({ kind: typeof at(each, 'remaining') }, 'kind', ['number']);
      }
    },
  },
]);

/** The end of a response that was cancelled while it ran. An answer that was over before gets an error for the cancel. */
async function cancelled(probe: Probe, cancel: (id: string) => { readonly type: string }): Promise<Seen> {
  const line = await probe.open();
  const sent: string[] = [];
  const id = await running(line, 'text', (own) => void sent.push(line.send(cancel(own))));
  if (id === null) throw absent(over);
  const done = await line.until('response.done after response.cancel', () => doneOf(line.seen, id));
  if (at(done, 'response.status') !== 'completed') return done;
  await configure(line, {});
  if (line.seen.some((event) => event.type === 'error' && sent.includes(`${at(event, 'error.event_id')}`)))
    throw absent(over);
  return done;
}

const over = 'Every answer was over before it could be cancelled.';

function doneOf<E extends { readonly type: string }>(seen: readonly E[], id: string): E | undefined {
  return seen.find((event) => event.type === 'response.done' && at(event, 'response.id') === id);
}

export const responseChecks: readonly Check[] = [...texts, ...outOfBand];
