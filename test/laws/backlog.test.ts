import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/engines/contract.ts';
import type { ServerEvent } from '../../src/laws/trace.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { openSession } from '../../src/server/session/session.ts';
import { virtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryPair } from '../../src/wire/memory.ts';
import { repeats } from '../setup/scale.ts';

/** Never stops talking, a second at a time. */
const talker: Model = {
  open: () => ({
    seed: 1,
    transcribesFirst: false,
    vad: (sampleRate) => ({ windowSamples: sampleRate / 50, probability: () => 0, reset: () => {} }),
    *respond() {
      for (;;) yield { type: 'sound', samples: new Int16Array(24_000), sampleRate: 24_000 } as const;
    },
    transcribe: () => [],
    close: () => {},
  }),
};

const controls = {
  'response.cancel': 'response.done',
  'input_audio_buffer.clear': 'input_audio_buffer.cleared',
  'input_audio_buffer.commit': 'input_audio_buffer.committed',
} as const;
type Control = keyof typeof controls;

const off = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } };
const append = { type: 'input_audio_buffer.append', audio: Buffer.alloc(9600).toString('base64') };

/** What a client reads that has asked for endless speech, reads nothing of it, and then sends these controls. */
function afterBacklog(order: readonly Control[], appends: number): { backlog: number; answers: ServerEvent[] } {
  const [server, client] = memoryPair();
  const events: ServerEvent[] = [];
  const ignore = () => {};
  client.open({ frame: (text) => events.push(JSON.parse(text)), binary: ignore, drained: ignore, closed: ignore });
  const common = { clock: virtualClock(), limits: defaultLimits, sendConversationCreated: false, log: silentLog };
  openSession({ wire: server, model: talker, modelName: 'test', ...common });
  client.send(JSON.stringify(off));
  client.hold();
  client.send(JSON.stringify({ type: 'response.create' }));
  const backlog = server.pendingBytes;
  for (const type of order) {
    for (let count = 0; count < appends; count++) client.send(JSON.stringify(append));
    client.send(JSON.stringify({ type }));
  }
  // What was generated before the controls came waits before their answers; nothing joins it.
  const before = server.pendingBytes - backlog;
  client.release();
  const answers = events.filter(({ type }) => Object.values<string>(controls).includes(type) || type === 'error');
  const deltas = events.filter(({ type }) => type === 'response.output_audio.delta').length;
  expect(deltas * 64_000).toBeLessThan(backlog + 64_000);
  expect(before).toBeLessThan(20_000);
  return { backlog, answers };
}

describe('law 28: cancel, clear and commit under a backlog', () => {
  it('are all answered, in their order, and no sound that was not yet made comes before them', () => {
    const orders = fc.shuffledSubarray<Control>(
      ['response.cancel', 'input_audio_buffer.clear', 'input_audio_buffer.commit'],
      {
        minLength: 3,
      },
    );
    const heard = fc.property(orders, fc.integer({ min: 1, max: 50 }), (order, appends) => {
      const { backlog, answers } = afterBacklog(order, appends);
      expect(backlog).toBeGreaterThan(1_000_000);
      expect(answers.map(({ type }) => type)).toEqual(order.map((type) => controls[type]));
    });
    fc.assert(heard, { numRuns: repeats(100), seed: 1 });
  });
});
