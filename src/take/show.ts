import { costOf } from '../usage/cost.ts';
import { findPrices, type PriceList } from '../usage/price-list.ts';
import { totalOf } from '../usage/usage.ts';
import { breachesOf } from './laws-of-take.ts';
import type { Take } from './reader.ts';
import { type Answered, type Happening, type Timeline, timelineOf } from './timeline.ts';

/** A take as lines for a terminal: what it is, what happened when, and what it comes to. */
export function showTake(take: Take, prices: PriceList): string[] {
  const timeline = timelineOf(take);
  return [
    ...headOf(take, timeline),
    '',
    ...timeline.happenings.map((happening) => lineOf(happening, timeline)),
    '',
    ...sumOf(take, timeline, prices),
  ];
}

function headOf({ name, header }: Take, { model, durationMs }: Timeline): string[] {
  const { url, transport, at, by, redacted } = header;
  const left = redacted.filter((each) => each !== 'keys');
  return [
    `${name}: ${seconds(durationMs)} over ${transport}, ${at}${model === null ? '' : `, ${model}`}`,
    `${url}  recorded by ${by}${left.length === 0 ? '' : `, without ${left.join(', ')}`}`,
  ];
}

const names: Readonly<Record<Happening['is'], string>> = {
  user: 'user',
  assistant: 'assistant',
  call: 'calls',
  output: 'output',
  error: 'error',
  closed: 'closed by',
};

function lineOf({ is, t, endT, text, status, responseId }: Happening, { responses }: Timeline): string {
  const answered = is === 'assistant' ? responses.find(({ id }) => id === responseId) : undefined;
  const notes = [
    ...(endT - t >= 50 ? [seconds(endT - t)] : []),
    ...(answered === undefined ? [] : [`after ${ms(firstOf(answered) - answered.causeT)}`]),
    ...(status === null || status === 'completed' ? [] : [status]),
  ];
  const said = text === '' && (is === 'user' || is === 'assistant') ? '(sound)' : text;
  return `${seconds(t).padStart(9)}  ${names[is].padEnd(9)}  ${said}${notes.length === 0 ? '' : `  [${notes.join(', ')}]`}`;
}

/** The first that was heard or read of an answer. */
function firstOf({ firstSoundT, firstTextT, createdT }: Answered): number {
  return firstSoundT ?? firstTextT ?? createdT;
}

function sumOf(take: Take, timeline: Timeline, prices: PriceList): string[] {
  const { responses, happenings, usage, model } = timeline;
  const waits = responses.map((answered) => firstOf(answered) - answered.causeT).toSorted((a, b) => a - b);
  const errors = happenings.filter(({ is }) => is === 'error').length;
  const latency =
    waits.length === 0
      ? ''
      : `, first sound or word after ${ms(waits[Math.floor((waits.length - 1) / 2)] ?? 0)} (median), ${ms(waits.at(-1) ?? 0)} (longest)`;
  const broken = breachesOf(take);
  return [
    `${count(responses.length, 'response')}${latency}`,
    `talked over each other for ${seconds(talkOverMs(happenings))}, ${count(errors, 'error')}`,
    `${totalOf(usage.input)} tokens read, ${totalOf(usage.output)} written${costText(timeline, model, prices)}`,
    broken.length === 0 ? 'no law is broken' : `${count(broken.length, 'law')} broken: antiphon take check tells which`,
  ];
}

function costText({ usage }: Timeline, model: string | null, prices: PriceList): string {
  const found = model === null ? null : findPrices(prices, [model]);
  if (found?.input === undefined || found.output === undefined) return ', no price for this model';
  const { input, cached, output } = found;
  const { total } = costOf(usage, cached === undefined ? { input, output } : { input, cached, output });
  return `, $${total.toFixed(4)}`;
}

/** How long both spoke at the same time. */
function talkOverMs(happenings: readonly Happening[]): number {
  const spoken = (who: Happening['is']): readonly Happening[] =>
    happenings.filter(({ is, t, endT }) => is === who && endT > t);
  let sum = 0;
  for (const user of spoken('user')) {
    for (const assistant of spoken('assistant')) {
      sum += Math.max(0, Math.min(user.endT, assistant.endT) - Math.max(user.t, assistant.t));
    }
  }
  return sum;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
