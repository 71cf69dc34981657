import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldBytes, pcmBytesPerMs } from '../../src/core/conversation/room.ts';
import { sameJson } from '../../src/core/same-json.ts';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { repeats } from '../setup/scale.ts';
import { allOfCore } from './all-laws.ts';
import { type CoreRun, runOnCore, type Taken } from './core-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = repeats(40_000);
const full = 'conversation_limit_reached';

/** Programs whose sessions have so little room that they meet its end again and again. */
const cramped: fc.Arbitrary<Program> = fc
  .record({
    program: programs(fc, { media: true }),
    maxItems: fc.constantFrom(1, 2, 3, 5, 100_000),
    maxBytes: fc.constantFrom(600, 1200, 2500, 6000, 40_000, 32_000_000),
    keptSoundBytes: fc.constantFrom(300, 5_760_000),
  })
  .map(({ program, ...bounds }) => ({ ...program, rules: { ...program.rules, ...bounds } }));

function codesOf({ effects }: Taken): string[] {
  return effects.flatMap((effect) =>
    effect.do === 'emit' && effect.event.type === 'error' ? [effect.event.error.code ?? ''] : [],
  );
}

/** What is broken at the first input at which something is. */
function broken(run: CoreRun): string | null {
  for (const taken of run.taken) {
    const { input, before, after } = taken;
    const { rules, conversation } = after;
    if (conversation.items.count > rules.maxItems) return `${conversation.items.count} items after ${input.from}`;
    if (heldBytes(after) > rules.maxBytes) return `${heldBytes(after)} bytes after ${JSON.stringify(input)}`;
    const awaited = after.transcriptions.reduce((bytes, { audioMs }) => bytes + audioMs * pcmBytesPerMs, 0);
    if (after.transcriptions.length > 1 && awaited > rules.maxBytes) return `${awaited} bytes of sound are awaited`;
    const told = codesOf(taken).filter((code) => code === full).length;
    if (told > 1) return `${told} errors for one ${input.from}`;
    if (told === 0 || input.from !== 'client') continue;
    const { ids: _before, ...held } = before;
    const { ids: _after, ...left } = after;
    const isOwed = before.owedResponse !== null || before.mcp.approved.length > 0;
    if (!isOwed && !sameJson(held, left)) return `a refused ${input.event.type} changed the state`;
  }
  return null;
}

describe('a session with little room, over random interleavings', () => {
  it('never holds more than it may, and says so in one error that changes nothing', () => {
    let met = 0;
    let cutShort = 0;
    fc.assert(
      fc.property(cramped, (program) => {
        const run = runOnCore(program);
        if (run.taken.some((taken) => codesOf(taken).includes(full))) met += 1;
        if (JSON.stringify(run.trace.events.map(({ event }) => event)).includes(`"status":"failed"`)) cutShort += 1;
        const what = broken(run);
        if (what !== null) throw new Error(what);
      }),
      { seed, numRuns: runs },
    );
    expect(met).toBeGreaterThan(runs / 4);
    expect(cutShort).toBeGreaterThan(runs / 40);
  });

  // A turn for which there is no room ends in an error that no client has caused, and is not committed: what follows from
  // commits is another matter.
  const others = allOfCore.filter(({ number }) => !['13', '15', '16', '22', '22, work'].includes(number));

  it.each(others)('keeps law $number all the same: $says', (law) => {
    fc.assert(
      fc.property(cramped, (program) => {
        const what = law.broken(runOnCore(program));
        if (what !== null) throw new Error(what);
      }),
      { seed, numRuns: Math.round(runs / 10) },
    );
  });
});
