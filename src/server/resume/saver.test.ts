import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { Saver, type Writing } from './saver.ts';

const kept: Writing = { bytes: 1000, is: 'kept' };

/** A saver of writings that take no time, with what came of them. */
function saving(write: (count: number) => Writing = () => kept) {
  const clock = virtualClock();
  const seen: string[] = [];
  let count = 0;
  const saver = new Saver({
    clock,
    later: (run) => run(),
    write: async () => {
      seen.push('write');
      return write((count += 1));
    },
    saved: () => seen.push('saved'),
    fenced: () => seen.push('fenced'),
    failed: () => seen.push('failed'),
    refreshMs: 60_000,
  });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  const writes = (): number => seen.filter((each) => each === 'write').length;
  return { saver, seen, pass, writes };
}

describe('a session is written down', () => {
  it('at once, then every 250 ms at most, however often it changes', async () => {
    const { saver, pass, writes } = saving();
    for (let ms = 0; ms < 1000; ms += 10) {
      saver.changed();
      await pass(10);
    }
    expect(writes()).toBe(4);
  });

  it('once for what changes together', async () => {
    const { saver, pass, writes } = saving();
    saver.changed();
    await pass(0);
    await pass(1000);
    saver.changed();
    await pass(40);
    saver.changed();
    expect(writes()).toBe(1);
    await pass(10);
    expect(writes()).toBe(2);
    await pass(1000);
    expect(writes()).toBe(2);
  });

  it('less often where it is long', async () => {
    const { saver, pass, writes } = saving(() => ({ ...kept, bytes: 2_000_000 }));
    for (let ms = 0; ms < 4000; ms += 100) {
      saver.changed();
      await pass(100);
    }
    expect(writes()).toBe(2);
  });

  it('again where the store did not answer, and now and then where nothing changes', async () => {
    const { saver, seen, pass } = saving((count) => {
      if (count === 1) throw new Error('no answer');
      return kept;
    });
    saver.changed();
    await pass(0);
    await pass(1000);
    await pass(60_000);
    expect(seen).toEqual(['write', 'failed', 'write', 'saved', 'write', 'saved']);
  });

  it('with all that changes while it is flushed, and never once it is stopped', async () => {
    const { saver, seen, pass } = saving();
    const flushed = saver.flush();
    saver.changed();
    await flushed;
    await saver.stop();
    saver.changed();
    await pass(100_000);
    expect(seen).toEqual(['write', 'write', 'saved']);
  });

  it('and said to be, only with all that was told by then', async () => {
    const { saver, seen, pass } = saving();
    saver.changed();
    saver.changed(); // while it is being written
    await pass(0);
    expect(seen).toEqual(['write']);
    await pass(250);
    expect(seen).toEqual(['write', 'write', 'saved']);
  });

  it('by one alone: where another has the session it is told so', async () => {
    const { saver, seen, pass } = saving(() => ({ ...kept, is: 'refused' }));
    saver.changed();
    await pass(0);
    expect(seen).toEqual(['write', 'fenced']);
  });

  it('and said to be once the store is to be relied upon again, which may have forgotten who has it', async () => {
    const { saver, seen, pass } = saving((count) => ({ ...kept, is: count < 3 ? 'unsettled' : 'kept' }));
    saver.changed();
    await pass(0);
    await pass(1000);
    expect(seen).toEqual(['write', 'write']);
    await pass(1000);
    expect(seen).toEqual(['write', 'write', 'write', 'saved']);
  });

  it('at once where the store may have lost it, even while it waits to be tried again', async () => {
    const { saver, seen, pass } = saving((count) => {
      if (count === 1) throw new Error('no answer');
      return kept;
    });
    saver.changed();
    await pass(0);
    saver.anew();
    await pass(0);
    expect(seen).toEqual(['write', 'failed', 'write', 'saved']);
  });
});
