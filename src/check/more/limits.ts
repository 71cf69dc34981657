import { type Check, checksOf } from '../check.ts';
import { absent, holds, taken } from '../finding.ts';
import { at, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { silence } from '../sound.ts';
import { configure, create, respond, running, typed } from '../turns.ts';

const twice =
  'Clients that ask twice, for a turn and for the output of a tool: pipecat, LiveKit and the agents package.';
const over = 'Every answer was over before another could be asked for.';

/** A second response is asked for while one runs; gives the answer to that, and the id of the first. */
async function askedTwice(probe: Probe, second: () => ReturnType<typeof create>): Promise<[Line, string]> {
  const line = await probe.open();
  const id = await running(line, 'text', () => line.send(second()));
  if (id === null) throw absent(over);
  return [line, id];
}

/** The end of a response. */
function endOf(line: Line, id: string): Promise<unknown> {
  return line.until('response.done', () =>
    line.seen.find((event) => event.type === 'response.done' && at(event, 'response.id') === id),
  );
}

export const limitChecks: readonly Check[] = [
  ...checksOf('limits', false, [
    {
      id: 'limits.response/second-refused',
      level: 'must',
      isModelsWill: true,
      source: '4.1',
      says: 'While a response of the conversation is in progress, a second one is refused: conversation_already_has_active_response.',
      breaks: twice,
      async run(probe) {
        const [line, id] = await askedTwice(probe, () => create('text'));
        const found = await line.until('answer to the second response.create', () =>
          line.since().find((event) => event.type === 'error' || event.type === 'response.created'),
        );
        if (found.type === 'response.created' && hasEnded(line, id, found)) throw absent(over);
        same(found, 'error.code', 'conversation_already_has_active_response');
        line.leave();
      },
    },
    {
      id: 'limits.response/first-goes-on',
      level: 'must',
      isModelsWill: true,
      source: '4.1',
      says: 'The refusal of a second response leaves the first one running, to its end.',
      breaks: twice,
      async run(probe) {
        const [line, id] = await askedTwice(probe, () => create('text'));
        same(await endOf(line, id), 'response.status', 'completed');
      },
    },
    {
      id: 'limits.input/burst',
      level: 'must',
      source: '9 no. 29',
      says: 'Two hundred events that are sent in one go are all answered, in their order.',
      breaks: 'Clients that put a long history into a new session at once.',
      async run(probe) {
        const line = await probe.open();
        const from = line.seen.length;
        const ids = Array.from({ length: 200 }, (_, index) => `check_item_${index}`);
        for (const id of ids) line.send(typed('Hello', id));
        await line.until('200 items', () =>
          line.all('conversation.item.done', from).length >= ids.length || line.all('error', from).length > 0
            ? true
            : undefined,
        );
        const added = line.all('conversation.item.added', from).map((event) => at(event, 'item.id'));
        holds(added.join() === ids.join(), `${added.length} of 200 items were added, or in another order.`);
      },
    },
    {
      id: 'limits.reader/slow',
      level: 'must',
      source: '9 no. 28',
      says: 'A client that reads nothing for a while misses nothing once it reads on.',
      breaks: 'Clients on bad networks, whose sessions lose events.',
      async run(probe) {
        const line = await probe.open();
        line.pause();
        line.send(typed('Say: ready'));
        line.send(create('text'));
        await line.until('a pause', () => undefined, 50).catch(() => null);
        line.resume();
        await line.first('response.done');
      },
    },
    {
      id: 'limits.session/many',
      level: 'should',
      isCostly: true,
      source: '1.1',
      says: 'Ten sessions can be open at a time.',
      breaks: 'Nobody that we know of. Without it, the server is for tests only.',
      async run(probe) {
        const lines = await Promise.all(Array.from({ length: 10 }, () => probe.open()));
        const ids = new Set(lines.map((line) => textAt(line.seen[0], 'session.id')));
        holds(ids.size === lines.length, `Ten sessions have ${ids.size} ids.`);
      },
    },
  ]),
  ...checksOf('limits', true, [
    {
      id: 'limits.response/beside',
      level: 'should',
      isModelsWill: true,
      source: '4.1',
      says: 'A response out of band may run beside one of the conversation.',
      breaks: 'Nobody that we know of. Guides check conversations this way while they go on.',
      async run(probe) {
        const own = { conversation: 'none', metadata: { check: 'beside' } };
        const [line, id] = await askedTwice(probe, () => create('text', own));
        const created = await line.get(
          'response.created',
          (event) => at(event, 'response.metadata.check') === 'beside',
        );
        same(created, 'response.conversation_id', null);
        await endOf(line, textAt(created, 'response.id'));
        await endOf(line, id);
      },
    },
    {
      id: 'limits.frame/megabyte',
      level: 'must',
      source: '2.1',
      says: 'An append of a megabyte is accepted, and can be committed.',
      breaks: 'Clients that send a recording in one event, as the guides do.',
      async run(probe) {
        const line = await probe.open();
        await configure(line, { audio: { input: { turn_detection: null } } });
        line.send({ type: 'input_audio_buffer.append', audio: Buffer.from(silence(20_000)).toString('base64') });
        line.send({ type: 'input_audio_buffer.commit' });
        await taken(line.get('input_audio_buffer.committed'));
      },
    },
    {
      id: 'limits.frame/oversized',
      level: 'should',
      isCostly: true,
      source: '8',
      says: 'An append of more than 15 MiB is refused, by an error or a close with 1009, and harms no other session.',
      breaks: 'Nobody that we know of. Without a limit one client takes the memory of all.',
      async run(probe) {
        const other = await probe.open();
        const line = await probe.open();
        line.isJudged = false;
        const audio = Buffer.alloc(16 * 1024 * 1024).toString('base64');
        line.send({ type: 'input_audio_buffer.append', audio });
        const found = await line.until('refusal of 16 MiB', () => line.all('error')[0] ?? line.closedWith ?? undefined);
        if ('code' in found) holds(found.code === 1009, `It closed with ${found.code}, not 1009.`);
        await configure(other, {});
      },
    },
    {
      id: 'limits.id/long',
      level: 'should',
      source: '1.6',
      says: "An item's id of more than 32 characters is refused, with item.id as the param.",
      breaks: 'Nobody that we know of.',
      async run(probe) {
        const line = await probe.open();
        line.send(typed('Hello', 'check_'.repeat(10)));
        const error = await line.refusal();
        same(error, 'error.code', 'string_above_max_length');
        same(error, 'error.param', 'item.id');
      },
    },
    {
      id: 'limits.tokens/incomplete',
      level: 'should',
      isModelsWill: true,
      source: '4.7',
      says: 'An answer that max_output_tokens cuts off is incomplete, with the reason max_output_tokens.',
      breaks: 'Nobody that we know of.',
      async run(probe) {
        const line = await probe.open();
        line.send(typed('Say the numbers from one to one hundred.'));
        await line.get('conversation.item.added');
        const { done } = await respond(line, create('text', { max_output_tokens: 1 }));
        same(done, 'response.status', 'incomplete');
        same(done, 'response.status_details.reason', 'max_output_tokens');
      },
    },
  ]),
];

/** Whether the first response was over before the second began. */
function hasEnded(line: Line, id: string, second: (typeof line.seen)[number]): boolean {
  const before = line.seen.slice(0, line.seen.indexOf(second));
  return before.some((event) => event.type === 'response.done' && at(event, 'response.id') === id);
}
