import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programs } from '../../src/testing/index.ts';
import { runOnCore } from '../laws/core-run.ts';
import { repeats } from '../setup/scale.ts';
import { secondViewDiffers, viewDiffers } from './view-laws.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);

describe('a view of a session', () => {
  it('shows the conversation as the server holds it, after every step of any session', () => {
    const property = fc.property(programs(fc), (program) => {
      expect(viewDiffers(runOnCore(program))).toBeNull();
    });
    fc.assert(property, { seed, numRuns: repeats(10_000) });
  });

  it('shows it as well after a reconnection, even where the new session mints the ids of the old one again', () => {
    const property = fc.property(programs(fc), programs(fc), (first, second) => {
      expect(secondViewDiffers(runOnCore(first), runOnCore(second))).toBeNull();
    });
    fc.assert(property, { seed, numRuns: repeats(3_000) });
  });
});
