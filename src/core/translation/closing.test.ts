import { describe, expect, it } from 'vitest';
import { closes, cuts, errorOf, translationScript, typesOf } from '../../../test/translation/script.ts';

const close = { type: 'session.close' } as const;

describe('session.close', () => {
  it('ends at once a session that heard nothing', () => {
    const script = translationScript();
    expect(typesOf(script.client(close))).toEqual(['session.closed']);
    expect(closes(script)).toEqual([[1000, 'session.closed']]);
  });

  it('translates what is open, to its last millisecond, before it ends', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.append(5 * 48);
    expect(script.client(close)).toEqual([]);
    expect(cuts(script)).toEqual([[0, 405]]);
    expect(typesOf(script.translator(0, { type: 'output_text', text: 'hi' }))).toEqual([
      'session.output_transcript.delta',
    ]);
    expect(typesOf(script.translator(0, { type: 'end' }))).toEqual(['session.closed']);
    expect(closes(script)).toEqual([[1000, 'session.closed']]);
  });

  it('waits for all that is left to translate', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 500);
    script.hear(1, 200);
    script.client(close);
    expect(script.translator(0, { type: 'end' })).toEqual([]);
    expect(typesOf(script.translator(1, { type: 'end' }))).toEqual(['session.closed']);
  });

  it('takes audio in which nothing was heard as speech for one utterance, if there is a tenth of a second of it', () => {
    const script = translationScript();
    script.hear(0, 100);
    expect(script.client(close)).toEqual([]);
    expect(cuts(script)).toEqual([[0, 100]]);

    const shorter = translationScript();
    shorter.append(100 * 48 - 2);
    expect(typesOf(shorter.client(close))).toEqual(['session.closed']);
  });

  it('takes only the newest half minute of such audio', () => {
    const script = translationScript();
    script.hear(0, 90_000);
    script.client(close);
    const [[from = 0, to = 0] = []] = cuts(script);
    expect(to).toBe(90_000);
    expect(to - from).toBeGreaterThanOrEqual(30_000);
    expect(to - from).toBeLessThanOrEqual(31_000);
  });

  it('makes no utterance of the silence after speech, and keeps none of it', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 5000);
    script.client(close);
    expect(script.state.input.startTick).toBe(script.state.input.endTick);
    expect(typesOf(script.translator(0, { type: 'end' }))).toEqual(['session.closed']);
    expect(cuts(script)).toHaveLength(1);
  });

  it.each([
    ['audio', { from: 'microphone', audio: new Uint8Array(480), eventId: 'evt_1' }],
    ['an update', { from: 'client', event: { type: 'session.update', session: {}, event_id: 'evt_1' } }],
    ['another session.close', { from: 'client', event: { type: 'session.close', event_id: 'evt_1' } }],
  ] as const)('refuses %s after it', (_, input) => {
    const script = translationScript();
    script.hear(1, 200);
    script.client(close);
    const before = script.state;
    expect(errorOf(script.feed(input))).toEqual({
      type: 'invalid_request_error',
      code: 'session_closing',
      message: 'The session is closing: nothing is accepted after session.close.',
      param: null,
      event_id: 'evt_1',
    });
    expect({ ...script.state, ids: null }).toEqual({ ...before, ids: null });
  });

  it('is the last word: nothing is sent after session.closed', () => {
    const script = translationScript();
    script.client(close);
    expect(script.append(4800)).toEqual([]);
    expect(script.client(close)).toEqual([]);
    expect(script.feed({ from: 'server', say: 'drain' })).toEqual([]);
    expect(script.feed({ from: 'timer', timer: 'expiry' })).toEqual([]);
  });
});

describe('the end of a translation session', () => {
  it('comes with its age', () => {
    const script = translationScript();
    expect(script.effects).toContainEqual({ do: 'arm', timer: 'expiry', afterMs: 3_600_000 });
    script.hear(1, 200);
    script.hear(0, 500);
    expect(errorOf(script.feed({ from: 'timer', timer: 'expiry' }))).toMatchObject({
      type: 'invalid_request_error',
      code: 'session_expired',
      message: 'Your session hit the maximum duration of 60 minutes.',
    });
    expect(closes(script).map(([code]) => code)).toEqual([1001]);
    expect(script.effects).toContainEqual({ do: 'abort', utteranceId: 0 });
  });

  it('comes when the reader is too slow', () => {
    const script = translationScript();
    expect(errorOf(script.feed({ from: 'server', say: 'slow_reader' }))).toMatchObject({ code: 'slow_consumer' });
    expect(closes(script)).toEqual([[1008, 'invalid_request_error.slow_consumer']]);
  });

  it('comes at once when the server drains and nothing is under way', () => {
    const script = translationScript();
    script.hear(0, 500);
    expect(errorOf(script.feed({ from: 'server', say: 'drain' }))).toMatchObject({ code: 'server_draining' });
    expect(closes(script)).toEqual([[1001, 'server_error.server_draining']]);
  });

  it('waits, when the server drains, for the translation of what was said', () => {
    const script = translationScript();
    script.hear(1, 400);
    expect(script.feed({ from: 'server', say: 'drain' })).toEqual([]);
    expect(cuts(script)).toEqual([[0, 400]]);
    expect(script.hear(1, 1000)).toEqual([]);
    expect(cuts(script)).toHaveLength(1);
    expect(typesOf(script.translator(0, { type: 'output_text', text: 'hi' }, { type: 'end' }))).toEqual([
      'session.output_transcript.delta',
      'error',
    ]);
    expect(closes(script)).toEqual([[1001, 'server_error.server_draining']]);
  });

  it('hears nothing more once the server drains', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.feed({ from: 'server', say: 'drain' });
    const { input, speech } = script.state;
    expect(script.append(4800)).toEqual([]);
    script.feed({ from: 'vad', endTick: input.endTick, windowTicks: 480, probability: 1 });
    script.feed({ from: 'vad', endTick: input.endTick, windowTicks: 4800, probability: 1 });
    expect(script.state).toMatchObject({ input, speech });
  });

  it('does not wait longer than five seconds', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.feed({ from: 'server', say: 'drain' });
    script.feed({ from: 'server', say: 'drain' });
    const graces = script.effects.filter((effect) => effect.do === 'arm' && effect.timer === 'drain');
    expect(graces).toEqual([{ do: 'arm', timer: 'drain', afterMs: 5000 }]);
    expect(errorOf(script.feed({ from: 'timer', timer: 'drain' }))).toMatchObject({ code: 'server_draining' });
    expect(script.effects).toContainEqual({ do: 'abort', utteranceId: 0 });
    expect(script.translator(0, { type: 'output_text', text: 'late' })).toEqual([]);
  });

  it('is a proper one when the client closes while the server drains', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.feed({ from: 'server', say: 'drain' });
    script.client(close);
    expect(typesOf(script.translator(0, { type: 'end' }))).toEqual(['session.closed']);
    expect(closes(script)).toEqual([[1000, 'session.closed']]);
  });

  it('stops the translator when the peer is gone, and says nothing', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 500);
    expect(script.feed({ from: 'wire', say: 'closed' })).toEqual([]);
    expect(script.effects).toContainEqual({ do: 'abort', utteranceId: 0 });
    expect(script.effects).toContainEqual({ do: 'disarm', timer: 'expiry' });
  });
});
