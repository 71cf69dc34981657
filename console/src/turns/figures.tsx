import { costOf, totalOf } from 'antiphon/client';
import type { JSX } from 'preact';
import { findPrices } from '../../../src/usage/price-list.ts';
import { publishedPrices } from '../../../src/usage/published-prices.ts';
import type { Story } from '../story/story.ts';
import { seconds } from '../story/summary.ts';
import { latenciesOf, percentile } from './latency.ts';

/** What it came to. */
export function Figures({ story }: { readonly story: Story }): JSX.Element {
  const { list } = story.turns;
  const waits = latenciesOf(list).flatMap(({ toSound, toToken }) => toSound ?? toToken ?? []);
  const median = percentile(waits, 0.5);
  const worst = percentile(waits, 0.95);
  const { usage } = story.view;
  const figures: readonly (readonly [string, string, string])[] = [
    ['Turns', String(list.length), `${list.filter(({ interruptedT }) => interruptedT !== null).length} interrupted`],
    ['Wait for an answer', median === null ? '–' : seconds(median), worst === null ? '' : `95 %: ${seconds(worst)}`],
    [
      'Tokens in',
      totalOf(usage.input).toLocaleString('en'),
      `${totalOf(usage.cached).toLocaleString('en')} of them cached`,
    ],
    [
      'Tokens out',
      totalOf(usage.output).toLocaleString('en'),
      `${usage.output.audio.toLocaleString('en')} of them audio`,
    ],
    ['Cost', cost(story), 'at published prices'],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            <small>{note}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function cost({ view: { session, usage } }: Story): string {
  const model = session !== null && 'model' in session ? session.model : null;
  const prices = typeof model === 'string' ? findPrices(publishedPrices, [model]) : null;
  if (prices?.input === undefined || prices.output === undefined) return 'no price';
  const { input, output, cached } = prices;
  const { total } = costOf(usage, { input, output, ...(cached === undefined ? {} : { cached }) });
  return `$${total.toFixed(total < 0.1 ? 4 : 2)}`;
}
