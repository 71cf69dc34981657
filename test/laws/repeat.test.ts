import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { repeats } from '../setup/scale.ts';
import { runOnCore } from './core-run.ts';
import { type Pace, runOnWire } from './wire-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);

function eventsOf(program: Program, options: Parameters<typeof runOnCore>[1] = {}): object[] {
  return runOnCore(program, options).trace.events.map(({ event }) => event);
}

/** The value itself, with all that hangs on it made unchangeable; bytes cannot be frozen, and no state holds any. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

describe('the state of a session', () => {
  const many = { seed, numRuns: repeats(5_000) };

  it('is plain data: written down and read back after every input, the session goes on as if nothing had been', () => {
    const isPlain = fc.property(programs(fc, { media: true }), (program) => {
      const written = eventsOf(program, { between: (session) => JSON.parse(JSON.stringify(session)) });
      expect(written).toEqual(eventsOf(program));
    });
    fc.assert(isPlain, many);
  });

  it('is never changed in place: frozen after every input, no step throws or tells anything else', () => {
    const isKept = fc.property(programs(fc, { media: true }), (program) => {
      expect(eventsOf(program, { between: frozen })).toEqual(eventsOf(program));
    });
    fc.assert(isKept, many);
  });
});

/** The session's id comes from the server, never from the seed. */
const nameless = (frame: string): string => frame.replace(/"sess_\w{21}"/, '"sess_"');
const idOf = ([created = '']: readonly string[]): string | undefined => /"id":"(sess_\w+)"/.exec(created)?.[1];

describe.each<Pace>(['plain', 'async'])('a session on a wire, with %s engines and a seed', (pace) => {
  it('sends the same frames byte for byte when the same happens again, but for an id that no other session has', async () => {
    const isRepeated = fc.asyncProperty(programs(fc, { holds: true }), async (program) => {
      const [once, again] = [await runOnWire(program, pace), await runOnWire(program, pace)];
      expect(again.frames.map(nameless)).toEqual(once.frames.map(nameless));
      const [first, second] = [idOf(once.frames), idOf(again.frames)];
      expect(first).toMatch(/^sess_\w{21}$/);
      expect(second).not.toBe(first);
    });
    await fc.assert(isRepeated, { seed, numRuns: repeats(2_000) });
  });
});
