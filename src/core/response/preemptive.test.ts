import { describe, expect, it } from 'vitest';
import type { TurnDetection } from '../../protocol/types.ts';
import { type SessionScript, sessionScript } from '../../testing/session-script.ts';
import { ticksPerMs } from '../audio-clock.ts';
import type { Effect } from '../effect.ts';

const vad = { type: 'server_vad', silence_duration_ms: 400 } as const;

/** A session whose model wants to know of turns that are likely to end. */
function expecting(turnDetection: TurnDetection = vad, transcribesFirst = false): SessionScript {
  const script = sessionScript({ rules: { preempts: true, transcribesFirst } });
  const audio = { input: { turn_detection: turnDetection } };
  script.client({ type: 'session.update', session: { type: 'realtime', audio } });
  return script;
}

/** What the model was told of expectations, in order. */
function told(script: SessionScript): string[] {
  const kinds: ReadonlySet<Effect['do']> = new Set(['preempt', 'stop-preempting', 'respond']);
  return script.allEffects.map((effect) => effect.do).filter((kind) => kinds.has(kind));
}

function say(script: SessionScript, text: string, id = 'typed'): void {
  const content = [{ type: 'input_text' as const, text }];
  script.client({ type: 'conversation.item.create', item: { type: 'message', role: 'user', id, content } });
}

describe('a turn that is likely to end', () => {
  it('is expected once half of the silence has passed that ends it', () => {
    const script = expecting();
    script.hear(1, 300);
    script.hear(0, 180);
    expect(told(script)).toEqual([]);
    script.hear(0, 20);
    expect(told(script)).toEqual(['preempt']);
    script.hear(0, 160);
    expect(told(script)).toEqual(['preempt']);
  });

  it('is expected with all that the response will be asked, the speech so far being the newest item', () => {
    const script = expecting();
    say(script, 'Be quick.');
    script.hear(1, 300);
    const itemId = script.session.turn.phase === 'speaking' ? script.session.turn.itemId : '';
    script.transcriber(itemId, { type: 'delta', text: 'What is' });
    script.hear(0, 400);
    const expected = script.allEffects.find((effect) => effect.do === 'preempt');
    const asked = script.allEffects.find((effect) => effect.do === 'respond');
    if (expected?.do !== 'preempt' || asked?.do !== 'respond') throw new Error('nothing was asked');
    const { responseId: _responseId, items, ...rest } = asked.request;
    expect(expected.request).toEqual({ ...rest, items: [items[0], { ...items[1], words: 'What is' }] });
    expect(items[1]?.item.id).toBe(itemId);
    expect(expected.speech).toEqual({ itemId, fromTick: 0, toTick: 500 * ticksPerMs });
  });

  it('is met by the response, and then no longer given up', () => {
    const script = expecting();
    script.hear(1, 300);
    script.hear(0, 400);
    expect(told(script)).toEqual(['preempt', 'respond']);
    script.client({ type: 'response.cancel' });
    say(script, 'Never mind.');
    expect(told(script)).toEqual(['preempt', 'respond']);
  });

  it('is met after its words, where the model needs them first', () => {
    const script = expecting(vad, true);
    script.hear(1, 300);
    script.hear(0, 400);
    const itemId = script.session.owedResponse?.itemId ?? '';
    expect(told(script)).toEqual(['preempt']);
    script.transcriber(itemId, { type: 'completed', transcript: 'Hello' });
    expect(told(script)).toEqual(['preempt', 'respond']);
  });

  it('is preempted under semantic_vad after half of its wait', () => {
    const script = expecting({ type: 'semantic_vad', eagerness: 'high' });
    script.hear(1, 300);
    script.hear(0, 180);
    expect(told(script)).toEqual([]);
    script.hear(0, 20);
    expect(told(script)).toEqual(['preempt']);
  });

  it('is preempted anew when the user pauses anew', () => {
    const script = expecting();
    script.hear(1, 300);
    script.hear(0, 240);
    script.hear(1, 100);
    script.hear(0, 400);
    expect(told(script)).toEqual(['preempt', 'stop-preempting', 'preempt', 'respond']);
  });

  it.each<[what: string, happen: (script: SessionScript) => void]>([
    ['the user goes on', (script) => script.hear(1, 20)],
    ['the buffer is cleared', (script) => script.client({ type: 'input_audio_buffer.clear' })],
    ['an item is added', (script) => say(script, 'One more thing.', 'more')],
    ['an item is deleted', (script) => script.client({ type: 'conversation.item.delete', item_id: 'typed' })],
    [
      'the instructions change',
      (script) => script.client({ type: 'session.update', session: { type: 'realtime', instructions: 'Sing.' } }),
    ],
    ['a response is asked for', (script) => script.client({ type: 'response.create' })],
    ['the server drains', (script) => script.feed({ from: 'server', say: 'drain' })],
    ['the client goes', (script) => script.feed({ from: 'wire', say: 'closed' })],
  ])('is given up, before anything else is done, when %s', (_, happen) => {
    const script = expecting();
    say(script, 'Hello.');
    script.hear(1, 300);
    script.hear(0, 240);
    happen(script);
    expect(script.effects[0]).toEqual({ do: 'stop-preempting' });
    expect(script.session.preemption).toBeNull();
  });

  it('is given up when the context changes while its words are awaited', () => {
    const script = expecting(vad, true);
    script.hear(1, 300);
    script.hear(0, 400);
    say(script, 'And this.');
    expect(told(script)).toEqual(['preempt', 'stop-preempting']);
  });

  it('survives what the response does not read', () => {
    const script = expecting();
    script.hear(1, 300);
    script.hear(0, 240);
    script.client({ type: 'response.create', response: { conversation: 'none' } });
    script.client({ type: 'conversation.item.retrieve', item_id: 'nothing' });
    expect(told(script)).toEqual(['preempt', 'respond']);
  });
});

describe('nothing is preempted', () => {
  it.each<[when: string, turnDetection: TurnDetection, before: (script: SessionScript) => void]>([
    ['where no response follows the turn', { ...vad, create_response: false }, () => {}],
    [
      'while a response runs that speech does not interrupt',
      { ...vad, interrupt_response: false },
      (script) => script.client({ type: 'response.create' }),
    ],
  ])('%s', (_, turnDetection, before) => {
    const script = expecting(turnDetection);
    before(script);
    script.hear(1, 300);
    script.hear(0, 380);
    expect(told(script)).not.toContain('preempt');
  });

  it('by a model that does not want to know', () => {
    const script = sessionScript();
    script.hear(1, 300);
    script.hear(0, 180);
    expect(told(script)).toEqual([]);
  });
});
