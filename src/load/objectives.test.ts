import { describe, expect, it } from 'vitest';
import { findMax, type Holding } from './find-max.ts';
import { guardOf } from './guard.ts';
import { outcomesOf, parseObjectives } from './objectives.ts';
import { Playhead } from './playhead.ts';
import { Tally } from './tally.ts';
import { exitCodeOf, unfitness } from './verdict.ts';

describe('objectives', () => {
  it('are met below their bound, and not where nothing was measured', () => {
    const tally = new Tally();
    tally.latency('first_audio', 1100);
    tally.wanted = 1000;
    tally.error('no_answer');
    const met = (text: string): readonly boolean[] =>
      outcomesOf(parseObjectives(text), tally).map(({ isMet }) => isMet);
    expect(met('first_audio.p95<1200,first_audio.max<1100,errors<0.2%')).toEqual([true, false, true]);
    expect(met('errors<0.1%, errors<0.0011')).toEqual([false, true]);
    expect(met('done.p50<1000')).toEqual([false]);
    expect(met('starved<1')).toEqual([false]);
  });

  it.each([
    '',
    'first_audio<5',
    'first_audio.p90<5',
    'sound.p95<5',
    'errors.p95<1',
    'errors>1',
    'done.p50<5%',
    'errors<',
  ])('refuses "%s", and says what there is', (text) => {
    expect(() => parseObjectives(text)).toThrow(/is no objective such as first_audio\.p95<1200/);
  });
});

describe('a virtual playhead', () => {
  it('starves only in the middle of an answer', () => {
    const playhead = new Playhead();
    playhead.came(1000, 100);
    playhead.came(1050, 100);
    playhead.came(1300, 100);
    playhead.ended();
    playhead.came(9000, 100);
    expect([playhead.starvedMs, playhead.playedMs]).toEqual([100, 400]);
  });
});

describe('the verdict', () => {
  it('is invalid where the generator was late or busy, whatever became of the objective', () => {
    const late = unfitness({ lagP99Ms: 31, cpu: 0.1 }, 1);
    expect(late).toBe('the generator lagged 31 ms (p99) behind its plan: use --procs 2, or another machine');
    expect(unfitness({ lagP99Ms: 1, cpu: 0.9 }, 2)).toContain('90 % of a core for each process: use --procs 3');
    expect(unfitness({ lagP99Ms: null, cpu: 0.1 }, 1)).toBeNull();
    const met = [{ text: 'errors<1', value: 0, isMet: true }];
    const not = [...met, { text: 'errors<0', value: 0, isMet: false }];
    expect([exitCodeOf(late, met), exitCodeOf(null, met), exitCodeOf(null, not)]).toEqual([4, 0, 1]);
  });
});

describe('the guard', () => {
  it('wants to be told twice before it opens many sessions on a machine of somebody else', () => {
    const estimate = 'about 20 minutes';
    const guard = (address: string, sessions: number, yes = false): string | null =>
      guardOf({ url: new URL(address), sessions, estimate, yes });
    expect(guard('wss://api.openai.com/v1/realtime', 11)).toBe(
      '11 sessions at api.openai.com: about 20 minutes. Say --yes if that is meant.',
    );
    expect(guard('wss://api.openai.com/v1/realtime', 10)).toBeNull();
    expect(guard('wss://api.openai.com/v1/realtime', 11, true)).toBeNull();
    for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '[::1]'])
      expect(guard(`ws://${host}:1`, 999)).toBeNull();
    for (const host of ['127.example.com', 'localhost.example.com']) expect(guard(`ws://${host}`, 11)).not.toBeNull();
  });
});

describe('the search for the most sessions', () => {
  const capped =
    (cap: number, asked: number[] = []) =>
    async (sessions: number): Promise<Holding> => {
      asked.push(sessions);
      return sessions <= cap ? 'holds' : 'fails';
    };

  it.each([0, 1, 2, 10, 37, 64, 999])('finds %i', async (cap) => {
    expect(await findMax(capped(cap), { from: 10, most: 1000 })).toEqual({ sessions: cap, beyond: 'fails' });
  });

  it('has the last word confirmed three times, and stops at its bound', async () => {
    const asked: number[] = [];
    expect(await findMax(capped(50, asked), { from: 10, most: 40 })).toEqual({ sessions: 40, beyond: 'bound' });
    expect(asked).toEqual([10, 20, 40, 40, 40]);
  });

  it('takes back what holds only now and then', async () => {
    let tries = 0;
    const held = async (sessions: number): Promise<Holding> =>
      sessions < 20 || (sessions === 20 && tries++ === 0) ? 'holds' : 'fails';
    expect((await findMax(held, { from: 5, most: 100 })).sessions).toBe(19);
  });

  it('says that nobody can tell, where the generator gives out first', async () => {
    const held = async (sessions: number): Promise<Holding> => (sessions > 30 ? 'invalid' : 'holds');
    expect(await findMax(held, { from: 10, most: 100 })).toEqual({ sessions: 30, beyond: 'invalid' });
  });
});
