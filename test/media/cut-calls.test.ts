import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { repeats } from '../setup/scale.ts';
import type { Measure, Order, Report } from './cut-calls.ts';
import { weriftPeer } from './werift-peer.ts';

let ours: ChildProcess;
const answers = new Map<number, string>();
let measures: Measure[] = [];

beforeAll(() => {
  ours = fork(`${import.meta.dirname}/cut-calls.ts`, { execArgv: ['--expose-gc'] });
  ours.on('message', (report: Report) => {
    if ('answer' in report) answers.set(report.id, report.answer);
    else measures.push(report.measure);
  });
});
afterAll(() => ours.kill());

const order = (word: Order) => ours.send(word);

async function measured(): Promise<Measure> {
  measures = [];
  order({ do: 'measure' });
  return until('a measure', () => measures[0]);
}

const random = (() => {
  let state = 11;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
})();

/** A call that is cut by one side or the other, at some point of its way. */
async function cutCall(id: number): Promise<void> {
  const far = await weriftPeer({ sound: random(4) === 0 ? null : 'sendrecv' });
  const points = [
    () => true,
    () => far.state() !== 'new',
    () => far.state() === 'connected',
    () => far.channels[0]?.readyState === 'open',
    () => far.packets.length > random(10),
  ];
  const point = points[random(far.offer.includes('m=audio') ? 5 : 4)] ?? points[0];
  const isOurs = random(2) === 0;
  order({ do: 'answer', id, offer: far.offer });
  await far.answer(await until('an answer', () => answers.get(id)));
  await until('the point of the cut', () => point?.());
  if (isOurs) order({ do: 'cut', id });
  await far.close();
  order({ do: 'cut', id }); // whoever left before it was connected is not missed
}

async function cutCalls(from: number, count: number): Promise<void> {
  for (let id = from; id < from + count; id += 5)
    await Promise.all(Array.from({ length: Math.min(5, from + count - id) }, (_, nth) => cutCall(id + nth)));
}

describe('calls that are cut at random points', () => {
  it('leave nothing behind: no thread, no file, no memory', async () => {
    await cutCalls(0, 20);
    const before = await measured();
    const count = repeats(500);
    await cutCalls(20, count);
    const after = await measured();
    expect(after).toMatchObject({ threads: before.threads, held: 0 });
    expect(after.files).toBeLessThanOrEqual(before.files + 2);
    expect(after.rss - before.rss).toBeLessThan(30_000_000 + count * 20_000);
    order({ do: 'end' });
    const [code, signal] = (await once(ours, 'exit')) as [number | null, string | null];
    expect([code, signal]).toEqual([0, null]);
  });
});
