import { describe, expect, it } from 'vitest';
import { type BareServer, bareServer } from './bare-server.ts';
import { collect, refusalOf, settle } from './memory-server.ts';

const creates = ({ sent }: BareServer) => sent.filter(({ type }) => type === 'response.create');

describe('an error that names no event', () => {
  const busy = {
    type: 'invalid_request_error',
    code: 'conversation_already_has_active_response',
    message: 'Wait.',
    event_id: null,
  };
  const own = { id: 'resp_own', status: 'in_progress', conversation_id: 'conv_1', metadata: null };

  /** The server is found busy with an answer of its own, and is asked again when that is over. */
  async function meet(...events: readonly Parameters<BareServer['say']>[0][]) {
    const server = bareServer();
    const session = await server.connect();
    const errors: unknown[] = [];
    session.on('error', (event) => errors.push(event));
    const handle = session.respond();
    const ids: unknown[] = [];
    void handle.created.then(({ id }) => ids.push(id));
    const words = collect(handle.text);
    for (const event of events) {
      server.say(event);
      await settle();
    }
    expect([handle.id, ids, creates(server).length]).toEqual([null, [], 1]);
    const text = { response_id: 'resp_own', item_id: 'item_own', output_index: 0, content_index: 0, delta: 'theirs' };
    server.say({ type: 'response.output_text.delta', ...text });
    server.say({ type: 'response.done', response: { ...own, status: 'completed' } });
    server.clock.advance(100);
    expect(creates(server)).toHaveLength(2);
    server.say({ type: 'response.created', response: { ...own, id: 'resp_mine' } });
    server.say({ type: 'response.output_text.delta', ...text, response_id: 'resp_mine', delta: 'mine' });
    server.say({ type: 'response.done', response: { ...own, id: 'resp_mine', status: 'completed' } });
    expect((await handle.done).id).toBe('resp_mine');
    expect([await words, ids, errors]).toEqual(['mine', ['resp_mine'], []]);
  }

  it('says that another response is active: what begins after it is not taken for the one that was asked for', () =>
    meet({ type: 'error', error: busy }, { type: 'response.created', response: own }));

  it('nor what began just before it', () =>
    meet({ type: 'response.created', response: own }, { type: 'error', error: busy }));

  it('fails the one that has already given pieces of the other', async () => {
    const server = bareServer();
    const session = await server.connect();
    const handle = session.respond();
    server.say({ type: 'response.created', response: own });
    server.say({ type: 'response.output_text.delta', response_id: 'resp_own', item_id: 'item_own', delta: 'theirs' });
    server.say({ type: 'error', error: busy });
    expect((await refusalOf(handle.done)).code).toBe(busy.code);
  });

  it('belongs to the create that the app sent by itself where that is the only one on the way', async () => {
    const server = bareServer();
    const session = await server.connect();
    const errors: unknown[] = [];
    session.on('error', ({ error }) => errors.push(error.code));
    session.send({ type: 'response.create' });
    const handle = session.respond();
    server.say({ type: 'error', error: busy });
    expect([errors, creates(server).length]).toEqual([[busy.code], 2]);
    server.say({ type: 'response.created', response: own });
    expect(handle.id).toBe('resp_own');
  });

  it('and is about a field of a create refuses the one that was asked for', async () => {
    const server = bareServer();
    const session = await server.connect();
    const handle = session.respond({ conversation: 'none' });
    const error = { ...busy, code: 'invalid_value', param: 'response.conversation', message: 'No.' };
    server.say({ type: 'error', error });
    expect((await refusalOf(handle.done)).param).toBe('response.conversation');
  });

  it('says that there was nothing to cancel: that is nobody’s business where the response had just ended', async () => {
    const server = bareServer();
    const session = await server.connect();
    const errors: unknown[] = [];
    session.on('error', (event) => errors.push(event));
    const handle = session.respond();
    server.say({ type: 'response.created', response: own });
    const cancelled = handle.cancel();
    server.say({ type: 'response.done', response: { ...own, status: 'completed' } });
    server.say({ type: 'error', error: { ...busy, code: 'response_cancel_not_active' } });
    expect((await cancelled).status).toBe('completed');
    expect(errors).toEqual([]);
  });
});
