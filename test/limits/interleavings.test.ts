import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VirtualClock } from '../../src/testing/index.ts';
import { create, errorsOf, house, type Opened, patient, pcm, usageOf } from './limited-sessions.ts';

/** What some session of the key does next. */
type Deed =
  | { readonly does: 'create' | 'speak' | 'end' | 'leave'; readonly session: number }
  | { readonly does: 'wait'; readonly ms: number };

const deed = (sessions: number): fc.Arbitrary<Deed> =>
  fc.oneof(
    fc.record({
      does: fc.constantFrom('create', 'create', 'speak', 'end', 'end', 'leave' as const),
      session: fc.nat(sessions - 1),
    }),
    fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1, 500, 10_000, 30_000) }),
  );

/** What the sessions of a key have done in the last minute, as their clients saw it. */
class Book {
  readonly #clock: VirtualClock;
  readonly #sessions: readonly Opened[];
  readonly #seen: number[];
  readonly #started: number[] = [];
  readonly #ended: { readonly at: number; readonly tokens: number }[] = [];

  constructor(clock: VirtualClock, sessions: readonly Opened[]) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#seen = sessions.map(() => 0);
  }

  /** Reads what is new; gives for each response that started how many tokens had been used by then. */
  read(): number[] {
    const usedBefore: number[] = [];
    for (const [index, { events }] of this.#sessions.entries()) {
      for (const event of events.slice(this.#seen[index])) {
        if (event.type === 'response.created') {
          usedBefore.push(this.tokensLately);
          this.#started.push(this.#clock.now());
        }
        if (event.type !== 'response.done') continue;
        this.#ended.push({ at: this.#clock.now(), tokens: event.response.usage?.total_tokens ?? 0 });
      }
      this.#seen[index] = events.length;
    }
    return usedBefore;
  }

  get startedLately(): number {
    return this.#started.filter((at) => at > this.#clock.now() - 60_000).length;
  }

  get tokensLately(): number {
    const lately = this.#ended.filter(({ at }) => at > this.#clock.now() - 60_000);
    return lately.reduce((sum, { tokens }) => sum + tokens, 0);
  }
}

describe('over any interleaving of the sessions of a key', () => {
  it('what starts beyond a limit is at most one response a session', async () => {
    const sessions = 4;
    const runs = fc.tuple(
      fc.array(deed(sessions), { minLength: 20, maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 0, max: 9000 }),
    );
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(runs, async ([deeds, requestsPerMinute, tokensPerMinute, output]) => {
        const { clock, open } = house({ limits: { requestsPerMinute, tokensPerMinute } });
        const models = Array.from({ length: sessions }, () => patient(usageOf(10, output)));
        const opened = models.map(({ model }) => open(model));
        const book = new Book(clock, opened);
        const look = (): void => {
          for (const tokensBefore of book.read()) expect(tokensBefore).toBeLessThan(tokensPerMinute);
          expect(book.startedLately).toBeLessThanOrEqual(requestsPerMinute);
          expect(book.tokensLately).toBeLessThan(tokensPerMinute + sessions * (10 + output));
        };
        for (const next of deeds) {
          if (next.does === 'wait') clock.advance(next.ms);
          else {
            const session = opened[next.session];
            const model = models[next.session];
            if (next.does === 'create') session?.send(create());
            if (next.does === 'speak') for (const append of [pcm(300), pcm(600, 0)]) session?.send(append);
            if (next.does === 'end') await model?.end();
            if (next.does === 'leave') session?.leave();
            await model?.begun();
          }
          look();
        }
        refusals += opened
          .flatMap(({ events }) => errorsOf(events))
          .filter(({ code }) => code === 'rate_limit_exceeded').length;
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(refusals).toBeGreaterThan(100);
  });
});
