import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Shown, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { Empty } from '../ui/notice.tsx';
import { Chart } from './chart.tsx';
import { Figures } from './figures.tsx';
import { latenciesOf } from './latency.ts';
import { Scrubber } from './scrubber.tsx';
import { Waterfall } from './waterfall.tsx';

/** So many turns are drawn at first, the newest. */
const firstDrawn = 30;

/** Where the time went, turn by turn. */
export function Turns(): JSX.Element {
  const { story } = useStore<Shown>(shown);
  const [most, setMost] = useState(firstDrawn);
  const { list } = story.turns;
  if (list.length === 0)
    return (
      <section class="turns" aria-label="Turns">
        <Empty title="No turns yet">
          <p>
            Each turn shows here on one line of time: speech, silence, transcript, first token, first audio, what was
            heard.
          </p>
          <p>Talk or type, or drop a take on this page.</p>
        </Empty>
      </section>
    );
  return (
    <section class="turns" aria-label="Turns">
      <Scrubber story={story} />
      <Figures story={story} />
      <Chart latencies={latenciesOf(list)} />
      <ol class="turn-list" reversed>
        {list
          .slice(-most)
          .toReversed()
          .map((turn) => (
            <li key={turn.n}>
              <Waterfall turn={turn} story={story} />
            </li>
          ))}
      </ol>
      {list.length > most ? (
        <button type="button" class="small" onClick={() => setMost(most + firstDrawn)}>
          Show earlier turns
        </button>
      ) : null}
    </section>
  );
}
