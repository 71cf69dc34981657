import { describe, expect, it } from 'vitest';
import type { ResponseCreateParams } from '../../protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';

function respond(script: SessionScript, response?: ResponseCreateParams): string {
  const [created] = script.client({ type: 'response.create', ...(response === undefined ? {} : { response }) });
  return created?.type === 'response.created' ? (created.response.id ?? '') : '';
}

describe('responses side by side', () => {
  const aside: ResponseCreateParams = { conversation: 'none' };

  it('are refused beyond the limit, by name, until one of them has ended', () => {
    const script = sessionScript({ rules: { maxResponses: 3 } });
    const [first] = [respond(script, aside), respond(script, aside), respond(script)];
    const refused = script.client({ type: 'response.create', event_id: 'mine', response: aside });
    expect(refused).toMatchObject([
      { type: 'error', error: { code: 'response_limit_reached', event_id: 'mine', param: null } },
    ]);
    expect(script.session.responses).toHaveLength(3);
    script.model(first ?? '', { type: 'end' });
    expect(typesOf(script.client({ type: 'response.create', response: aside }))).toEqual(['response.created']);
  });

  it('let a turn wait for its answer while there are as many as may be', () => {
    const script = sessionScript({ rules: { maxResponses: 1 } });
    const id = respond(script, aside);
    script.hear(1, 400);
    expect(typesOf(script.hear(0, 1000))).not.toContain('response.created');
    expect(typesOf(script.model(id, { type: 'end' }))).toContain('response.created');
  });
});
