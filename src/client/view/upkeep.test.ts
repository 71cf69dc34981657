import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  added,
  begun,
  created,
  delta,
  done,
  folded,
  heard,
  output,
  session,
  shown,
  speech,
  text,
} from '../../../test/client/told.ts';
import { repeats } from '../../../test/setup/scale.ts';
import { type SessionPayload, serverEventTypes } from '../../protocol/events/index.ts';
import { sessionScript } from '../../testing/session-script.ts';
import { wordsOf } from './item.ts';
import { emptyView } from './state.ts';
import { fold, foldAll } from './view.ts';

describe('a reconnection', () => {
  const before = [
    session('one'),
    added(text('a'), null),
    added(speech('u'), 'a'),
    heard('completed', 'u', { transcript: 'Hi' }),
    created('resp_1'),
    output('resp_1', begun('b')),
    delta('output_text', 'b', 'Hel'),
  ];

  it('leaves the conversation on the screen, marked as unknown to the server', () => {
    const view = folded([...before, session('two')]);
    expect(shown(view)).toEqual(['a: a', 'u: Hi', 'b: Hel']);
    expect(view.items.every(({ stale }) => stale)).toBe(true);
    expect(view.items[2]).toMatchObject({ status: 'incomplete', interrupted: true });
    expect(view.responses[0]).toMatchObject({ status: 'lost', stale: true });
  });

  it('takes restored items in their places, and new ones behind them', () => {
    const view = folded([
      ...before,
      session('two'),
      added(text('a'), null),
      added(text('u', 'Hi'), 'a'),
      added(text('n'), 'u'),
    ]);
    expect(shown(view)).toEqual(['a: a', 'u: Hi', 'n: n', 'b: Hel']);
    expect(view.items.map(({ stale }) => stale)).toEqual([false, false, false, true]);
  });

  it('tells new items from old ones where a server mints the same ids again', () => {
    const again = [
      created('resp_1'),
      output('resp_1', begun('b')),
      added(begun('b'), null),
      delta('output_text', 'b', 'New'),
    ];
    const view = folded([...before, session('two'), ...again]);
    expect(shown(view)).toEqual(['a: a', 'u: Hi', 'b: New']);
    expect(view.responses.map(({ status }) => status)).toEqual(['in_progress']);
  });

  it('is none when the same session is announced twice', () => {
    const view = folded([...before, session('one')]);
    expect(view.items.some(({ stale }) => stale)).toBe(false);
  });
});

describe('bounds', () => {
  it('drops the oldest finished items past the limit, and counts them', () => {
    const events = ['a', 'b', 'c', 'd'].map((id) => added(text(id)));
    const running = [created('resp_1'), output('resp_1', begun('r'))];
    expect(folded(events, { maxItems: 2 })).toMatchObject({ collapsed: 2, items: [{ id: 'c' }, { id: 'd' }] });
    expect(folded([...running, ...events], { maxItems: 2 })).toMatchObject({
      collapsed: 3,
      items: [{ id: 'r' }, { id: 'd' }],
    });
  });

  it('drops the oldest responses that are over', () => {
    const view = folded([created('1'), done('1'), created('2'), done('2'), created('3')], { maxResponses: 2 });
    expect(view.responses.map(({ id }) => id)).toEqual(['2', '3']);
  });

  it('keeps few words of turns that never became items', () => {
    const events = Array.from({ length: 50 }, (_, index) => heard('delta', `u${index}`, { delta: 'x' }));
    expect(folded(events).early).toHaveLength(8);
  });
});

describe('counters', () => {
  it('counts each response and each transcript once', () => {
    const usage = { total_tokens: 5, input_tokens: 3, output_tokens: 2, input_token_details: { text_tokens: 3 } };
    const end = done('resp_1', 'completed', { usage });
    const words = heard('completed', 'u', { transcript: 'Hi', usage: { type: 'duration', seconds: 1.5 } });
    const view = folded([created('resp_1'), end, end, added(speech('u')), words, words]);
    expect(view.usage).toMatchObject({
      responses: 1,
      input: { text: 3, other: 0 },
      output: { other: 2 },
      transcription: { seconds: 1.5 },
    });
  });

  it('keeps the last error and the limits', () => {
    const error = { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', param: null, event_id: null };
    const limits = [{ name: 'tokens', limit: 10, remaining: 9, reset_seconds: 0 }];
    const view = folded([
      { type: 'error', error },
      { type: 'rate_limits.updated', rate_limits: limits },
    ]);
    expect(view).toMatchObject({ lastError: error, rateLimits: limits });
  });
});

describe('sharing', () => {
  it('leaves everything as it was but the item that a delta is about', () => {
    const view = folded([added(text('a'), null), created('resp_1'), output('resp_1', begun('b'))]);
    const frozen = JSON.stringify(view);
    const after = fold(view, delta('output_text', 'b', 'x'));
    expect(JSON.stringify(view)).toBe(frozen);
    expect(after.items[0]).toBe(view.items[0]);
    expect(after.responses).toBe(view.responses);
  });

  it('gives the same view back for what it does not know', () => {
    const view = folded([added(text('a'), null)]);
    expect(fold(view, { type: 'something.new' })).toBe(view);
    expect(fold(view, delta('output_text', 'nobody', 'x'))).toBe(view);
  });
});

describe('any peer', () => {
  it('never makes it throw, whatever an event lacks or holds', () => {
    const id = fc.constantFrom<unknown>('a', 'b', 'resp_1', '', null, 7);
    const item = fc.record(
      {
        id,
        type: fc.constantFrom<unknown>('message', 'function_call', 'mcp_call', 'mcp_list_tools', 'x', null),
        role: fc.constantFrom<unknown>('user', 'assistant', null),
        status: fc.constantFrom<unknown>('in_progress', 'completed', 4),
        content: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.record({
              type: fc.constantFrom('text', 'audio', 'input_audio', 'output_text'),
              text: fc.jsonValue(),
              transcript: fc.jsonValue(),
            }),
          ),
        ),
        tools: fc.jsonValue(),
        arguments: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const event = fc.record(
      {
        type: fc.constantFrom<string>(...serverEventTypes),
        item: fc.oneof(item, fc.jsonValue()),
        response: fc.oneof(
          fc.record(
            {
              id,
              output: fc.oneof(fc.array(item), fc.jsonValue()),
              usage: fc.jsonValue(),
              conversation_id: fc.constantFrom(null, 'c'),
              metadata: fc.jsonValue(),
              audio: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
          fc.jsonValue(),
        ),
        session: fc.jsonValue(),
        part: fc.jsonValue(),
        item_id: id,
        response_id: id,
        previous_item_id: id,
        content_index: fc.constantFrom<unknown>(0, 1, 1e9, -1, 'x', null),
        delta: fc.jsonValue(),
        usage: fc.jsonValue(),
        error: fc.jsonValue(),
        rate_limits: fc.jsonValue(),
        languages: fc.jsonValue(),
        transcript: fc.jsonValue(),
        text: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const view = foldAll(emptyView({ maxItems: 5 }), events);
        expect(new Set(view.items.map((each) => each.id)).size).toBe(view.items.length);
        expect(() => view.items.map(wordsOf)).not.toThrow();
      }),
      { numRuns: repeats(5_000), seed: 1 },
    );
  });

  it('may be our own server', () => {
    const script = sessionScript();
    script.client({ type: 'conversation.item.create', item: text('hi', 'Hi') });
    script.client({ type: 'response.create' });
    const responseId = script.session.responses[0]?.id ?? '';
    script.model(responseId, { type: 'text', text: 'Hello ' }, { type: 'text', text: 'there' }, { type: 'end' });
    const view = foldAll(emptyView(), script.events);
    expect(view.items.map(wordsOf)).toEqual(['Hi', 'Hello there']);
    expect((view.session satisfies SessionPayload | null)?.type).toBe('realtime');
  });
});
