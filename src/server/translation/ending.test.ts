import { describe, expect, it } from 'vitest';
import { joined, loud, modelOf, openInMemory, quiet, words } from '../../../test/translation/memory-session.ts';
import { scenarioModel } from '../../engines/scenario/model.ts';
import { readScenario } from '../../engines/scenario/read.ts';

const french = scenarioModel(
  readScenario(
    `
seed: 7
translate:
  - { input: bonjour, output: good morning }
  - { input: merci, output: thank you }
`,
    'scenario.yaml',
  ),
);

describe('the end of a translation session', () => {
  const slow = () =>
    modelOf(() => [
      { type: 'wait', ms: 20_000 },
      { type: 'output_text', text: 'at last' },
    ]);

  it('frees everything: no timer waits, the model is closed, the translator stopped', async () => {
    let isClosed = false;
    let signal: AbortSignal | undefined;
    const model = modelOf(
      (_, given) => {
        signal = given;
        return [{ type: 'wait', ms: 20_000 }];
      },
      { close: () => void (isClosed = true) },
    );
    const session = openInMemory(model);
    session.append(joined(loud(300), quiet(500)));
    session.wire.close(1000, 'bye');
    await session.handle.ended;
    expect([isClosed, signal?.aborted, session.clock.waiting]).toEqual([true, true, 0]);
  });

  it('comes after sixty minutes with an error and 1001', () => {
    const session = openInMemory(french);
    session.clock.advance(3_600_000);
    expect(session.events.at(-1)).toMatchObject({
      error: { code: 'session_expired', message: expect.stringContaining('60 minutes') },
    });
    expect(session.closes.map(({ code }) => code)).toEqual([1001]);
    const [created] = session.events;
    const expiresAt = created?.type === 'session.created' ? created.session.expires_at : 0;
    expect(expiresAt * 1000).toBe(session.clock.now());
  });

  it('comes when the server drains, after what was said is translated or five seconds have passed', () => {
    const quick = openInMemory(
      modelOf(() => [
        { type: 'wait', ms: 100 },
        { type: 'output_text', text: 'done' },
      ]),
    );
    quick.append(loud(300));
    quick.handle.drain();
    quick.clock.advance(100);
    expect(words(quick).said).toBe('done');
    expect(quick.events.at(-1)).toMatchObject({ error: { type: 'server_error', code: 'server_draining' } });
    expect(quick.closes).toEqual([{ code: 1001, reason: 'server_error.server_draining' }]);

    const late = openInMemory(slow());
    late.append(loud(300));
    late.handle.drain();
    late.clock.advance(4999);
    expect(late.closes).toEqual([]);
    late.clock.advance(1);
    expect(late.closes).toEqual([{ code: 1001, reason: 'server_error.server_draining' }]);
    expect(words(late).said).toBe('');
  });

  it('is put off while the reader lags: the model is held back until it has caught up', () => {
    let pulled = 0;
    function* talkative() {
      while (pulled < 40) {
        pulled += 1;
        yield { type: 'sound', samples: new Int16Array(24_000), sampleRate: 24_000 } as const;
      }
    }
    const session = openInMemory(modelOf(talkative), { limits: { unsentBytes: 1_500_000 } });
    session.wire.hold();
    session.append(joined(loud(300), quiet(500)));
    expect(pulled).toBeGreaterThan(10);
    expect(pulled).toBeLessThan(20); // a second of sound is 64,000 characters of base64; the pause begins at a megabyte
    session.wire.release();
    expect(pulled).toBe(40);
  });

  it('is told to a reader that is too slow', () => {
    const minute = { type: 'sound', samples: new Int16Array(24_000 * 60), sampleRate: 24_000 } as const;
    const session = openInMemory(
      modelOf(() => [minute]),
      { limits: { unsentBytes: 1_500_000 } },
    );
    session.wire.hold();
    session.append(joined(loud(300), quiet(500)));
    session.clock.advance(1000);
    session.wire.release();
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'slow_consumer' } });
    expect(session.closes).toEqual([{ code: 1008, reason: 'invalid_request_error.slow_consumer' }]);
  });

  it('comes with 1011 where the server has a bug: all work stops, and nobody is told what it was', () => {
    let signal: AbortSignal | undefined;
    let windows = 0;
    const broken = {
      windowSamples: 480,
      reset: () => {},
      probability() {
        windows += 1;
        if (windows > 50) throw new Error('the secret of the bug');
        return windows < 20 ? 1 : 0;
      },
    };
    const session = openInMemory(
      modelOf(
        (_, given) => {
          signal = given;
          return [{ type: 'wait', ms: 20_000 }];
        },
        { vad: () => broken },
      ),
    );
    session.append(quiet(2000));
    expect(session.events.at(-1)).toMatchObject({ type: 'error', error: { type: 'server_error', code: null } });
    expect(session.frames.join('')).not.toContain('secret');
    expect(session.closes.map(({ code }) => code)).toEqual([1011]);
    expect([signal?.aborted, session.clock.waiting]).toEqual([true, 0]);
  });
});
