import { type Check, checksOf } from '../check.ts';
import { hasKeys, oneOf, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import { configure } from '../turns.ts';

const call = 'pipecat, LiveKit and the agents package, which send what a server may not know, and would lose the call.';

/** The session still works. */
async function goesOn(line: Line): Promise<void> {
  await configure(line, {});
}

const unknown = { type: 'check.unknown_event' };

export const errorChecks: readonly Check[] = checksOf('core', false, [
  {
    id: 'core.error/shape',
    level: 'must',
    source: '8',
    says: 'An error has an event_id of its own, a type and a message.',
    breaks: 'The openai package and pipecat, which fail on an error without a message.',
    async run(probe) {
      const line = await probe.open();
      line.send(unknown);
      const error = await line.refusal();
      textAt(error, 'event_id');
      textAt(error, 'error.message');
      textAt(error, 'error.type');
    },
  },
  {
    id: 'core.error/all-keys',
    level: 'should',
    source: '8',
    says: 'An error shows code, param and event_id, with null if it has no value.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.send(unknown);
      hasKeys(await line.refusal(), 'error', ['code', 'param', 'event_id']);
    },
  },
  {
    id: 'core.error/echoes-event-id',
    level: 'must',
    source: '8',
    says: "An error carries the event_id of the client's event that caused it.",
    breaks: 'The agents package and LiveKit, which find out by it which of their events failed.',
    async run(probe) {
      const line = await probe.open();
      line.send({ ...unknown, event_id: 'check_echo' });
      same(await line.refusal(), 'error.event_id', 'check_echo');
    },
  },
  {
    id: 'core.error/unknown-type',
    level: 'must',
    source: '8',
    says: 'An event of an unknown type gets an error, and the session goes on.',
    breaks: call,
    async run(probe) {
      const line = await probe.open();
      line.send(unknown);
      await line.refusal();
      await goesOn(line);
    },
  },
  {
    id: 'core.error/unknown-type-code',
    level: 'should',
    source: '8',
    says: 'An unknown type is invalid_value, param type, of the type invalid_request_error.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.send(unknown);
      const error = await line.refusal();
      same(error, 'error.code', 'invalid_value');
      same(error, 'error.param', 'type');
      same(error, 'error.type', 'invalid_request_error');
    },
  },
  {
    id: 'core.error/bad-json',
    level: 'should',
    source: '8',
    says: 'A frame that is no JSON gets an error, and the session goes on.',
    breaks: 'Nobody that we know of. No stock client sends such a frame.',
    async run(probe) {
      const line = await probe.open();
      line.sendText('{"type": "response.create"');
      await line.refusal();
      await goesOn(line);
    },
  },
  {
    id: 'core.error/bad-json-code',
    level: 'should',
    source: '8',
    says: 'A frame that is no JSON is invalid_json.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.sendText('hello');
      same(await line.refusal(), 'error.code', 'invalid_json');
    },
  },
  {
    id: 'core.error/no-object',
    level: 'should',
    source: '8',
    says: 'JSON that is no object gets an error, and the session goes on.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.sendText('["response.create"]');
      await line.refusal();
      await goesOn(line);
    },
  },
  {
    id: 'core.error/no-type',
    level: 'should',
    source: '8',
    says: 'An event without a type gets an error with its event_id, and the session goes on.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.sendText('{"event_id":"check_typeless"}', 'check_typeless');
      same(await line.refusal(), 'error.event_id', 'check_typeless');
      await goesOn(line);
    },
  },
  {
    id: 'core.error/binary',
    level: 'should',
    source: '1.1',
    says: 'A binary frame gets an error, and the session goes on.',
    breaks:
      'Nobody that we know of. A client that sends sound as raw bytes should be told, or the sound is lost without a word.',
    async run(probe) {
      const line = await probe.open();
      line.sendBinary(new Uint8Array(960));
      await line.refusal();
      await goesOn(line);
    },
  },
  {
    id: 'core.error/missing-field',
    level: 'should',
    source: '8',
    says: 'A field that is missing is missing_required_parameter, with its path as the param.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'conversation.item.delete' });
      const error = await line.refusal();
      same(error, 'error.code', 'missing_required_parameter');
      same(error, 'error.param', 'item_id');
    },
  },
  {
    id: 'core.error/wrong-type',
    level: 'should',
    source: '8',
    says: 'A value of the wrong JSON type is invalid_type, with its path as the param.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'conversation.item.delete', item_id: 7 });
      const error = await line.refusal();
      same(error, 'error.code', 'invalid_type');
      same(error, 'error.param', 'item_id');
    },
  },
  {
    id: 'core.error/many-mistakes',
    level: 'must',
    source: '9 no. 26',
    says: 'Twenty mistakes in a row get an error each, and the session goes on.',
    breaks: call,
    async run(probe) {
      const line = await probe.open();
      const from = line.seen.length;
      const ids = Array.from({ length: 20 }, () => line.send(unknown));
      await line.until('20 errors', () => (line.all('error', from).length >= ids.length ? true : undefined));
      await goesOn(line);
    },
  },
  {
    id: 'core.response/cancel-nothing',
    level: 'must',
    source: '4.6',
    says: 'If no response is in progress, a cancel is answered by response_cancel_not_active, and changes nothing.',
    breaks: 'pipecat, which takes any other code for the end of the call, and cancels on every interruption.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'response.cancel' });
      oneOf(await line.refusal(), 'error.code', ['response_cancel_not_active']);
      await goesOn(line);
    },
  },
]);
