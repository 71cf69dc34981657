import { describe, expect, it } from 'vitest';
import { end, entry, listed, listedScript, respond, say, start } from '../../../test/mcp/mcp-script.ts';
import type { ClientEventMap } from '../../protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';
import { restore, snapshot } from '../snapshot.ts';
import { step } from '../step.ts';
import type { Allowance } from './allowance.ts';

const none: Allowance = { responses: 0, limit: 'tokens', retryMs: 12_340 };
const one: Allowance = { responses: 1, limit: 'tokens', retryMs: 1000 };
const message = 'Rate limit reached for tokens per minute. Please try again in 12.4s.';

function create(
  script: SessionScript,
  allowance: Allowance,
  response: ClientEventMap['response.create']['response'] = {},
) {
  const event = { type: 'response.create', event_id: 'mine', response } as const;
  return script.feed({ from: 'client', event, allowance });
}

describe('a response under the limits of a key', () => {
  it('takes its place before anybody hears of it', () => {
    const script = sessionScript();
    expect(typesOf(create(script, one, { max_output_tokens: 50, output_modalities: ['text'] }))).toEqual([
      'response.created',
    ]);
    expect(script.effects.filter((effect) => effect.do === 'reserve')).toEqual([
      expect.objectContaining({ do: 'reserve', maxOutputTokens: 50, modality: 'text' }),
    ]);
    expect(script.effects.map((effect) => effect.do)).toEqual(['disarm', 'reserve', 'respond']);
  });

  it('is refused where none may start, and the state is as it was', () => {
    const script = sessionScript();
    const before = { ...script.session, ids: null };
    expect(create(script, none)).toMatchObject([
      { type: 'error', error: { code: 'rate_limit_exceeded', message, event_id: 'mine' } },
    ]);
    expect({ ...script.session, ids: null }).toEqual(before);
    expect(script.effects).toEqual([]);
  });

  it('is refused for a mistake of its own first', () => {
    const script = sessionScript();
    expect(
      create(script, none, { conversation: 'none', input: [{ type: 'item_reference', id: 'gone' }] }),
    ).toMatchObject([{ error: { code: 'item_not_found' } }]);
  });

  it('is not owed any more where a turn that wants it has ended meanwhile', () => {
    const script = sessionScript();
    script.append(300);
    for (let tick = 480; tick <= 300 * 24; tick += 480)
      script.feed({ from: 'vad', endTick: tick, windowTicks: 480, probability: 1, allowance: none });
    script.append(400);
    const told = Array.from({ length: 20 }, (_, index) =>
      script.feed({
        from: 'vad',
        endTick: 300 * 24 + (index + 1) * 480,
        windowTicks: 480,
        probability: 0,
        allowance: none,
      }),
    ).flat();
    expect(typesOf(told)).toContain('input_audio_buffer.committed');
    expect(told.at(-1)).toMatchObject({ type: 'error', error: { message, event_id: null } });
    expect(script.session.owedResponse).toBeNull();
    expect(typesOf(create(script, one))).toEqual(['response.created']);
  });

  it('of an approved call can be approved again once there is room', () => {
    const script = listedScript([listed('search')], entry({ require_approval: 'always' }));
    script.model(respond(script), start(), say('{}'), end);
    const [held] = script.session.mcp.asked;
    const item = { type: 'mcp_approval_response', approval_request_id: held?.requestId ?? '', approve: true } as const;
    const approve = (allowance: Allowance) =>
      script.feed({ from: 'client', event: { type: 'conversation.item.create', item }, allowance });
    expect(approve(none)).toMatchObject([{ type: 'error', error: { message } }]);
    expect(script.session.mcp.asked).toEqual([held]);
    expect(typesOf(approve(one))).toContain('response.created');
  });
});

describe('a session with nothing left to spend', () => {
  const quota = { type: 'insufficient_quota', code: 'insufficient_quota' };
  const exhausted = (script: SessionScript, how: 'finish' | 'cancel') =>
    script.feed({ from: 'server', say: 'exhausted', how });

  it('closes at once where nothing runs', () => {
    const script = sessionScript();
    expect(exhausted(script, 'finish')).toMatchObject([{ error: quota }]);
    expect(script.effects.at(-1)).toEqual({ do: 'close', code: 1008, reason: 'insufficient_quota.insufficient_quota' });
  });

  it('lets what runs come to its end, takes nothing new, and then closes', () => {
    const script = sessionScript();
    create(script, one);
    const [{ id } = { id: '' }] = script.session.responses;
    expect(exhausted(script, 'finish')).toEqual([]);
    expect(create(script, one, { conversation: 'none' })).toMatchObject([{ error: { ...quota, event_id: 'mine' } }]);
    const told = script.model(id, { type: 'end' });
    expect(typesOf(told)).toEqual(['response.done', 'rate_limits.updated', 'error']);
    expect(told[0]).toMatchObject({ response: { status: 'completed' } });
    expect(script.session.phase).toBe('closed');
  });

  it('cancels what runs where it is told to', () => {
    const script = sessionScript();
    create(script, one);
    const told = exhausted(script, 'cancel');
    expect(told.at(-3)).toMatchObject({ type: 'response.done', response: { status: 'cancelled' } });
    expect(told.at(-1)).toMatchObject({ error: quota });
  });

  it('does not outlast a drain', () => {
    const script = sessionScript();
    create(script, one);
    exhausted(script, 'finish');
    script.feed({ from: 'server', say: 'drain' });
    expect(script.effects).toEqual([{ do: 'arm', timer: 'drain', afterMs: 5000 }]);
    expect(typesOf(script.feed({ from: 'timer', timer: 'drain' })).at(-1)).toBe('error');
    expect(script.effects.at(-1)).toMatchObject({ do: 'close', code: 1008 });
  });

  it('knows it after it was written down', () => {
    const script = sessionScript();
    create(script, one);
    exhausted(script, 'finish');
    const again = restore(JSON.parse(JSON.stringify(snapshot(script.session))), script.session.rules);
    const [after] = step(again, { at: 1, from: 'server', say: 'resumed' });
    expect(after.phase).toBe('closed');
  });
});
