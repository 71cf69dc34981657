import { describe, expect, it } from 'vitest';
import type { Truncation } from '../../protocol/types.ts';
import { type SessionScript, sessionScript } from '../../testing/session-script.ts';

/** A session with `count` user messages of about `tokens` tokens each, and the truncation asked for. */
function longTalk(count: number, tokens: number, truncation: Truncation): SessionScript {
  const script = sessionScript();
  const session = { type: 'realtime', instructions: '', output_modalities: ['text'], truncation } as const;
  script.client({ type: 'session.update', session: { ...session, output_modalities: ['text'] } });
  for (let index = 0; index < count; index++) say(script, `m${index}`, 'word'.repeat(tokens));
  return script;
}

function say(script: SessionScript, id: string, text: string): void {
  const content = [{ type: 'input_text' as const, text }];
  script.client({ type: 'conversation.item.create', item: { type: 'message', role: 'user', id, content } });
}

/** What the next response reads, by item id; null where it fails. */
function reads(script: SessionScript): (string | undefined)[] | null {
  script.client({ type: 'response.create' });
  const effect = script.effects.find((each) => each.do === 'respond');
  if (effect?.do !== 'respond') return null;
  script.model(effect.request.responseId, { type: 'end' });
  return effect.request.items.map(({ item }) => item.id);
}

describe('the context of a response', () => {
  it('is the whole conversation while it fits', () => {
    expect(reads(longTalk(4, 5000, 'auto'))).toEqual(['m0', 'm1', 'm2', 'm3']);
  });

  it('loses its oldest items when it no longer fits', () => {
    expect(reads(longTalk(4, 9000, 'auto'))).toEqual(['m1', 'm2', 'm3']);
  });

  it('is as long as the model says that it can read', () => {
    const script = sessionScript({ rules: { contextTokens: 250 } });
    script.client({ type: 'session.update', session: { type: 'realtime', instructions: '' } });
    for (const id of ['m0', 'm1', 'm2']) say(script, id, 'word'.repeat(100));
    expect(reads(script)).toEqual(['m1', 'm2']);
  });

  it('loses more at once under a retention ratio, and then nothing for a while', () => {
    const script = longTalk(6, 1000, {
      type: 'retention_ratio',
      retention_ratio: 0.5,
      token_limits: { post_instructions: 4000 },
    });
    expect(reads(script)).toEqual(['m4', 'm5']);
    say(script, 'm6', 'word'.repeat(1000));
    expect(reads(script)).toEqual(['m4', 'm5', 'm6']);
  });

  it('fails the response instead where truncation is disabled', () => {
    const script = longTalk(4, 9000, 'disabled');
    expect(reads(script)).toBeNull();
    expect(script.events.at(-2)).toMatchObject({
      response: { status: 'failed', status_details: { error: { code: 'context_length_exceeded' } }, output: [] },
    });
  });

  it('drops the output of a call together with the call', () => {
    const script = longTalk(0, 0, 'auto');
    const call = {
      type: 'function_call',
      id: 'call',
      call_id: 'c1',
      name: 'f',
      arguments: 'word'.repeat(9000),
    } as const;
    script.client({ type: 'conversation.item.create', item: call });
    const output = { type: 'function_call_output', id: 'output', call_id: 'c1', output: 'ok' } as const;
    script.client({ type: 'conversation.item.create', item: output });
    for (const id of ['a', 'b', 'c']) say(script, id, 'word'.repeat(9000));
    expect(reads(script)).toEqual(['a', 'b', 'c']);
  });

  it('leaves what was dropped in the conversation that clients see', () => {
    const script = longTalk(4, 9000, 'auto');
    reads(script);
    expect(script.client({ type: 'conversation.item.retrieve', item_id: 'm0' })[0]?.type).toBe(
      'conversation.item.retrieved',
    );
  });
});
