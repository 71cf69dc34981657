import { describe, expect, it } from 'vitest';
import { mcpMistakes } from '../../src/core/mcp/mistakes.ts';
import { mistakes } from '../../src/core/mistakes.ts';
import { parseServerEvent } from '../../src/protocol/parse.ts';
import type { ApiError, ServerEventMap } from '../../src/protocol/types.ts';
import { type CatalogueSession, forms, openCatalogueSession } from './catalogue-session.ts';
import { conversationRows } from './conversation-rows.ts';
import { frameRows } from './frame-rows.ts';
import { create, hello, messageOf, type Row, respond, shaped } from './rows.ts';
import { sessionRows } from './session-rows.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

const rows: readonly Row[] = [...frameRows, ...sessionRows, ...conversationRows];

function give(session: CatalogueSession, frame: object | string | undefined): ServerEvent[] {
  return frame === undefined ? session.sendBinary() : session.send(frame);
}

function expected({ code, param, message }: Row, eventId: string | null): object {
  return {
    type: 'error',
    event_id: expect.stringMatching(/^event_\w{21}$/),
    error: { type: 'invalid_request_error', code, message, param, event_id: eventId },
  };
}

/** What the session says to a turn of text; a session that makes no responses is asked for its settings instead. */
function answerOf(session: CatalogueSession, { opening, before }: Row): ServerEvent | undefined {
  if (opening?.kind === 'transcription') {
    return session.send({ type: 'session.update', session: { type: 'transcription' } })[0];
  }
  if (before !== undefined) session.send({ type: 'response.cancel' });
  session.send(create(hello));
  const answer = session.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  return answer.find(({ type }) => type === 'response.done');
}

function answered({ opening }: Row): object {
  if (opening?.kind === 'transcription') return { type: 'session.updated' };
  return { response: { status: 'completed', output: [{ content: [{ text: 'Hello.' }] }] } };
}

describe('the error catalogue', () => {
  it.each(rows)('refuses $what: $code, and the session still answers', (row) => {
    const session = openCatalogueSession(row.opening);
    row.before?.(session);
    const answer = give(session, row.frame);
    expect(answer).toEqual([expected(row, null)]);
    expect(parseServerEvent(JSON.stringify(answer[0]))).toMatchObject({ ok: true });
    expect(answerOf(session, row)).toMatchObject(answered(row));
  });

  it.each(rows.filter(({ frame }) => typeof frame === 'object'))('echoes the event_id when it refuses $what', (row) => {
    const session = openCatalogueSession(row.opening);
    row.before?.(session);
    const frame = Object.assign({}, row.frame, { event_id: 'mine' });
    expect(give(session, frame)).toEqual([expected(row, 'mine')]);
    expect(answerOf(session, row)).toMatchObject(answered(row));
  });

  it('has a row for every mistake that only the session can see', () => {
    const told = new Set(rows.map(nameOf));
    // These are told when the session is about to end, by the limits of a key, which is no mistake of the event's, or by the
    // wire of a call.
    const { slowReader: _slow, expired: _expired, draining: _draining, quotaUsedUp: _quota, ...lasting } = mistakes;
    const { limitReached: _limit, eventTooLong: _long, ...others } = lasting;
    const untold = Object.entries({ ...others, ...mcpMistakes }).filter(([, make]) => {
      const made: ApiError = Reflect.apply(make, null, [anything, [], 0]);
      return !told.has(nameOf(made));
    });
    expect(untold.map(([name]) => name)).toEqual([]);
  });
});

/** What a mistake is about: a text or a number, shown as 0. */
const anything = { length: 0, toFixed: () => '0', toString: () => '0' };

/** Code and field of an error, whatever the place that the field names; the makers below are given 0 for it. */
function nameOf({ code, param }: Pick<ApiError, 'code' | 'param'>): string {
  const field = String(param)
    .replace(/^(session|response)\.tools(\[\d+\])?/, '0')
    .replace(/^(response\.input\[\d+\]|item)\.content\[\d+\]/, '0');
  return `${code} ${field.replace(/\d+/g, 'n')}`;
}

const long = create(messageOf('user', { type: 'input_text', text: 'x'.repeat(2000) }));
const loud = { type: 'input_audio_buffer.append', audio: Buffer.alloc(960, '/38=', 'base64').toString('base64') };

/** What ends a session with an error, but for the refusals of the upgrade, which need a socket. */
const ends = [
  {
    what: 'its age',
    limits: { sessionMinutes: 60 },
    act: (session: CatalogueSession) => session.clock.advance(3_600_000),
    error: { type: 'invalid_request_error', code: 'session_expired' },
    message: shaped(/maximum duration of 60 minutes/),
    close: { code: 1001, reason: expect.stringMatching(/session_expired$/) },
  },
  {
    what: 'a reader that is too slow',
    limits: { unsentBytes: 4000 },
    act: (session: CatalogueSession) =>
      session.lag(() => {
        for (const event of [long, long, long]) session.send(event);
        session.clock.advance(1000);
      }),
    error: { type: 'invalid_request_error', code: 'slow_consumer' },
    message: shaped(/^The connection was closed because /),
    close: { code: 1008, reason: 'invalid_request_error.slow_consumer' },
  },
  {
    what: 'the draining of its server',
    limits: {},
    act: (session: CatalogueSession) => session.drain(),
    error: { type: 'server_error', code: 'server_draining' },
    message: shaped(/^The server is shutting down/),
    close: { code: 1001, reason: 'server_error.server_draining' },
  },
  {
    what: 'a bug of the server',
    limits: {},
    act: (session: CatalogueSession) => session.send(loud),
    error: { type: 'server_error', code: null },
    message: shaped(/./),
    close: { code: 1011, reason: 'server_error' },
  },
];

describe('an error', () => {
  const huge = 'x'.repeat(1_000_000);
  const named = (session: object) => ({ type: 'session.update', session: { type: 'realtime', ...session } });

  it.each<object | string>([
    { type: huge },
    { type: 'response.cancel', event_id: huge },
    { type: 'response.cancel', response_id: huge },
    { type: 'response.cancel', [huge]: 1 },
    { type: 'conversation.item.delete', item_id: huge },
    { type: 'conversation.item.retrieve', item_id: huge },
    { type: 'conversation.item.truncate', item_id: huge, content_index: 0, audio_end_ms: 0 },
    create(hello, { previous_item_id: huge }),
    create({ ...hello, id: huge }),
    create({ type: 'function_call_output', call_id: huge, output: '' }),
    create({ type: 'mcp_approval_response', id: 'a', approval_request_id: huge, approve: true }),
    create(messageOf('user', { type: 'input_image', image_url: huge })),
    { type: 'response.create', response: { input: [{ type: 'item_reference', id: huge }] } },
    { type: 'response.create', response: { conversation: huge } },
    { type: 'response.create', response: { metadata: { [huge]: '' } } },
    named({ model: huge }),
    named({ model: 'x'.repeat(500) }),
    named({ reasoning: { effort: huge } }),
    named({ tools: [{ type: 'mcp', server_label: huge }] }),
    named({ tools: [{ type: 'mcp', server_label: 'x'.repeat(500) }] }),
    named({
      tools: [{ type: 'mcp', server_label: 'a', server_url: 'https://mcp.example/', headers: { 'a b': huge } }],
    }),
    named({ tools: [{ type: 'function', name: huge }] }),
    named({ output_modalities: [huge, huge] }),
    huge,
    `{"type":"${huge}`,
  ])('repeats little of what was sent: frame %$', (frame) => {
    const [told, ...others] = openCatalogueSession().send(frame);
    expect(told?.type).toBe('error');
    expect(others).toEqual([]);
    expect(JSON.stringify(told).length).toBeLessThan(1000);
  });
});

describe('what ends a session', () => {
  it('is not yet the draining of its server while a response runs, but new work is refused', () => {
    const session = openCatalogueSession();
    session.send(respond({ instructions: forms.think }));
    session.drain();
    const message = 'The server is shutting down and takes no new work.';
    const error = { type: 'server_error', code: 'server_draining', message, param: null, event_id: 'mine' };
    const asked = { ...respond({ conversation: 'none' }), event_id: 'mine' };
    expect(session.send(asked)).toMatchObject([{ type: 'error', error }]);
    expect(session.send({ type: 'input_audio_buffer.clear' })).toMatchObject([{ type: 'input_audio_buffer.cleared' }]);
  });

  it.each(ends)('is $what, and an error says so before the close', ({ limits, act, error, message, close }) => {
    const session = openCatalogueSession({ limits });
    act(session);
    const told = { ...error, param: null, event_id: null, message };
    expect(session.last()).toEqual({ type: 'error', event_id: expect.any(String), error: told });
    expect(session.closes).toEqual([close]);
    expect(session.modelCloses).toBe(1);
    expect(session.send({ type: 'response.create' })).toEqual([]);
  });
});
