import { describe, expect, it } from 'vitest';
import { memoryPair } from '../../wire/memory.ts';
import { type Refusal, refusals, refuse } from './refusal.ts';

/** What a peer sees of a refusal. */
function seen(refusal: Refusal): { event: unknown; code: number; reason: string } {
  const [server, peer] = memoryPair();
  let event: unknown = null;
  let why = { code: 0, reason: '' };
  peer.open({
    frame(text) {
      event = JSON.parse(text);
    },
    binary() {},
    drained() {},
    closed(closed) {
      why = { ...closed };
    },
  });
  refuse(server, refusal);
  return { event, ...why };
}

describe('a refused connection', () => {
  it('is told one error with all its keys, then closed with type and code as the reason', () => {
    expect(seen(refusals.missingModel())).toEqual({
      event: {
        type: 'error',
        event_id: expect.stringMatching(/^event_[0-9A-Za-z]{21}$/),
        error: {
          type: 'invalid_request_error',
          code: 'missing_model',
          message: 'You must provide a model parameter.',
          param: 'model',
          event_id: null,
        },
      },
      code: 4000,
      reason: 'invalid_request_error.missing_model',
    });
  });

  it('has only the type as the reason where there is no code', () => {
    expect(seen(refusals.noCredentials())).toMatchObject({
      event: {
        error: { code: null, param: null, message: expect.stringContaining('Missing bearer or basic authentication') },
      },
      code: 3000,
      reason: 'invalid_request_error',
    });
  });

  it('gets an event id of its own', () => {
    const ids = new Set(Array.from({ length: 20 }, () => JSON.stringify(seen(refusals.wrongKey()).event)));
    expect(ids.size).toBe(20);
  });

  it('is told which models there are, but not the whole of an endless name', () => {
    const { error } = refusals.unknownModel('x'.repeat(10_000), ['echo', 'other']);
    expect(error.message).toContain('Models: echo, other.');
    expect(error.message.length).toBeLessThan(300);
  });
});
