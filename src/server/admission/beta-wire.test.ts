import { describe, expect, it } from 'vitest';
import { memoryPair } from '../../wire/memory.ts';
import { betaWire } from './beta-wire.ts';

/** The session's end and the client's end of a wire between which the beta shape is translated. */
function pair() {
  const [server, client] = memoryPair();
  const heard: string[] = [];
  const received: { type: string; [key: string]: unknown }[] = [];
  const wire = betaWire(server);
  wire.open({ frame: (text) => heard.push(text), binary: () => heard.push('binary'), drained() {}, closed() {} });
  client.open({ frame: (text) => received.push(JSON.parse(text)), binary() {}, drained() {}, closed() {} });
  return { wire, client, heard, received };
}

describe('a wire to a client of the beta', () => {
  it('brings its session.update in GA shape', () => {
    const { client, heard } = pair();
    client.send(JSON.stringify({ type: 'session.update', session: { modalities: ['text'], voice: 'ash' } }));
    expect(JSON.parse(heard[0] ?? '')).toEqual({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'], audio: { output: { voice: 'ash' } } },
    });
  });

  it('sends deltas under their beta names', () => {
    const { wire, received } = pair();
    wire.send(JSON.stringify({ type: 'response.output_text.delta', event_id: 'e', delta: 'Hi' }));
    expect(received).toEqual([{ type: 'response.text.delta', event_id: 'e', delta: 'Hi' }]);
  });

  it('tells once of an item, as the beta did', () => {
    const { wire, received } = pair();
    const item = { id: 'a', type: 'message', role: 'user', content: [] };
    for (const type of ['conversation.item.added', 'conversation.item.done']) {
      wire.send(JSON.stringify({ type, event_id: 'e', previous_item_id: null, item }));
    }
    expect(received.map(({ type }) => type)).toEqual(['conversation.item.created']);
  });

  it('leaves what is no event to the session', () => {
    const { client, heard } = pair();
    client.send('{');
    client.send('[]');
    client.sendBinary(3);
    expect(heard).toEqual(['{', '[]', 'binary']);
  });
});
