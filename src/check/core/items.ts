import { type Check, checksOf } from '../check.ts';
import { holds, taken } from '../finding.ts';
import { at, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import { add, typed } from '../turns.ts';

const livekit = 'LiveKit, which waits up to five seconds for its own item, and drops it otherwise.';
const history = 'Clients that put a history into a new session: LiveKit, pipecat and the agents package.';

/** An item after another. */
function after(previous: string, text: string, id: string): ReturnType<typeof typed> {
  return { ...typed(text, id), previous_item_id: previous };
}

async function lookUp(line: Line, id: string): Promise<unknown> {
  line.send({ type: 'conversation.item.retrieve', item_id: id });
  return at(await line.get('conversation.item.retrieved'), 'item');
}

const creating: readonly Check[] = checksOf('core', false, [
  {
    id: 'core.item/create',
    level: 'must',
    source: '3.1',
    says: 'A typed item is answered by conversation.item.added and .done, with its content.',
    breaks: livekit,
    async run(probe) {
      const line = await probe.open();
      const added = await add(line, typed('Hello'));
      const id = textAt(added, 'item.id');
      await line.get('conversation.item.done', (done) => at(done, 'item.id') === id);
      same(added, 'item.role', 'user');
      same(added, 'item.content.0.type', 'input_text');
      same(added, 'item.content.0.text', 'Hello');
    },
  },
  {
    id: 'core.item/keeps-id',
    level: 'must',
    source: '3.1',
    says: "A client's own id of an item is kept.",
    breaks: livekit,
    async run(probe) {
      same(await add(await probe.open(), typed('Hello', 'check_own')), 'item.id', 'check_own');
    },
  },
  {
    id: 'core.item/chain',
    level: 'must',
    source: '3.1',
    says: 'previous_item_id names the item before, and is null for the first.',
    breaks: 'LiveKit, which orders its copy of the conversation by it.',
    async run(probe) {
      const line = await probe.open();
      same(await add(line, typed('One', 'check_one')), 'previous_item_id', null);
      same(await add(line, typed('Two', 'check_two')), 'previous_item_id', 'check_one');
    },
  },
  {
    id: 'core.item/after',
    level: 'must',
    source: '3.1',
    says: 'An item can be put after another one, and the event says after which.',
    breaks: history,
    async run(probe) {
      const line = await probe.open();
      await add(line, typed('One', 'check_one'));
      await add(line, typed('Three', 'check_three'));
      same(await add(line, after('check_one', 'Two', 'check_two')), 'previous_item_id', 'check_one');
    },
  },
  {
    id: 'core.item/root',
    level: 'must',
    source: '3.1',
    says: 'previous_item_id of "root" puts an item first, and the event then says null.',
    breaks: 'LiveKit, which puts the first item of a history there.',
    async run(probe) {
      const line = await probe.open();
      await add(line, typed('Two', 'check_two'));
      same(await add(line, after('root', 'One', 'check_one')), 'previous_item_id', null);
    },
  },
  {
    id: 'core.item/after-unknown',
    level: 'should',
    source: '3.1',
    says: 'An item after one that is not there is refused, and not added.',
    breaks: 'Nobody that we know of. A client should be told of an order that cannot be kept.',
    async run(probe) {
      const line = await probe.open();
      line.send(after('check_nowhere', 'Two', 'check_two'));
      same(await line.refusal(), 'error.code', 'item_create_invalid_previous_item_id');
    },
  },
  {
    id: 'core.item/assistant-text',
    level: 'must',
    source: '3.1',
    says: "An assistant's message with output_text can be created.",
    breaks: history,
    async run(probe) {
      const content = [{ type: 'output_text', text: 'I said so.' }];
      const line = await probe.open();
      const item = { type: 'message', role: 'assistant', content };
      const added = await add(line, { type: 'conversation.item.create', item });
      same(added, 'item.role', 'assistant');
      same(added, 'item.content.0.text', 'I said so.');
    },
  },
  {
    id: 'core.item/system',
    level: 'must',
    source: '3.1',
    says: 'A system message can be created.',
    breaks: history,
    async run(probe) {
      const item = { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] };
      const added = await add(await probe.open(), { type: 'conversation.item.create', item });
      same(added, 'item.role', 'system');
    },
  },
  {
    id: 'core.item/call-history',
    level: 'must',
    source: '3.1',
    says: 'A call and its output can be created with a call_id of the client, which is kept.',
    breaks: history,
    async run(probe) {
      const line = await probe.open();
      const call = { type: 'function_call', call_id: 'call_check', name: 'look_up', arguments: '{}' };
      same(await add(line, { type: 'conversation.item.create', item: call }), 'item.call_id', 'call_check');
      const output = { type: 'function_call_output', call_id: 'call_check', output: '"found"' };
      const added = await add(line, { type: 'conversation.item.create', item: output });
      same(added, 'item.call_id', 'call_check');
      same(added, 'item.output', '"found"');
    },
  },
  {
    id: 'core.item/duplicate',
    level: 'should',
    source: '3.1',
    says: 'An id that is in the conversation cannot be created again: item_create_duplicate_item_id.',
    breaks: 'Nobody that we know of. Two items with one id cannot be told apart.',
    async run(probe) {
      const line = await probe.open();
      await add(line, typed('One', 'check_one'));
      line.send(typed('One more', 'check_one'));
      same(await line.refusal(), 'error.code', 'item_create_duplicate_item_id');
    },
  },
]);

const lookingUp: readonly Check[] = checksOf('core', true, [
  {
    id: 'core.item/retrieve',
    level: 'must',
    source: '3.2',
    says: 'conversation.item.retrieve gives the item as it was announced.',
    breaks: 'The agents package, which retrieves after each transcription and truncation.',
    async run(probe) {
      const line = await probe.open();
      const added = await add(line, typed('Hello', 'check_one'));
      const item = await lookUp(line, 'check_one');
      same(item, 'id', 'check_one');
      same(item, 'content.0.text', at(added, 'item.content.0.text'));
    },
  },
  {
    id: 'core.item/retrieve-unknown',
    level: 'should',
    source: '3.2',
    says: 'Retrieving what is not there is item_retrieve_invalid_item_id.',
    breaks: 'pipecat, which ends the call on any other code.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'conversation.item.retrieve', item_id: 'check_nowhere' });
      same(await line.refusal(), 'error.code', 'item_retrieve_invalid_item_id');
    },
  },
  {
    id: 'core.item/delete',
    level: 'must',
    source: '3.2',
    says: 'conversation.item.delete is answered by conversation.item.deleted, and the item is gone.',
    breaks: 'LiveKit and the agents package, which delete what their history no longer holds.',
    async run(probe) {
      const line = await probe.open();
      await add(line, typed('Hello', 'check_one'));
      line.send({ type: 'conversation.item.delete', item_id: 'check_one' });
      same(await line.get('conversation.item.deleted'), 'item_id', 'check_one');
      same(await add(line, typed('Hello', 'check_two')), 'previous_item_id', null);
    },
  },
  {
    id: 'core.item/delete-unknown',
    level: 'should',
    source: '3.2',
    says: 'Deleting what is not there is item_delete_invalid_item_id.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'conversation.item.delete', item_id: 'check_nowhere' });
      same(await line.refusal(), 'error.code', 'item_delete_invalid_item_id');
    },
  },
  {
    id: 'core.item/recreate-deleted',
    level: 'must',
    source: '3.1',
    says: 'An id that was deleted can be created again.',
    breaks: 'The agents package, which replaces items this way.',
    async run(probe) {
      const line = await probe.open();
      await add(line, typed('Hello', 'check_one'));
      line.send({ type: 'conversation.item.delete', item_id: 'check_one' });
      await line.get('conversation.item.deleted');
      const again = await taken(add(line, typed('Hello again', 'check_one')));
      holds(at(again, 'item.content.0.text') === 'Hello again', 'The old item came back.');
    },
  },
]);

export const itemChecks: readonly Check[] = [...creating, ...lookingUp];
