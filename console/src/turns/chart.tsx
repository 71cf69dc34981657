import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { useStore } from '../place/store.ts';
import { theme } from '../ui/theme.ts';
import type { Latency } from './latency.ts';

const chartHeight = 170;

/** How long the user waited, turn by turn. */
export function Chart({ latencies }: { readonly latencies: readonly Latency[] }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const colours = useStore(theme);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = new UPlot(optionsOf(element), dataOf(latencies), element);
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: chartHeight }));
    watcher.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => made.redraw();
    scheme.addEventListener('change', redraw);
    return () => {
      watcher.disconnect();
      scheme.removeEventListener('change', redraw);
      made.destroy();
      plot.current = null;
    };
  }, [colours]);
  useEffect(() => plot.current?.setData(dataOf(latencies)), [latencies.length, latencies.at(-1)?.toSound]);
  const words = latencies.map(
    ({ n, toSound }) => `turn ${n} ${toSound === null ? 'no sound' : `${Math.round(toSound)} ms`}`,
  );
  return (
    <figure class="chart">
      <figcaption>
        Wait for the answer, by turn <span class="key sound">to the first sound</span>{' '}
        <span class="key token">to the first token</span> <span class="key silence">silence that ended the turn</span>
      </figcaption>
      <div ref={box} role="img" aria-label={`Wait until the first sound: ${words.join(', ')}`} />
    </figure>
  );
}

function dataOf(latencies: readonly Latency[]): UPlot.AlignedData {
  return [
    latencies.map(({ n }) => n),
    latencies.map(({ toSound }) => toSound),
    latencies.map(({ toToken }) => toToken),
    latencies.map(({ silence }) => silence),
  ];
}

function optionsOf(element: HTMLElement): UPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
  const line = (label: string, name: string): UPlot.Series => ({
    label,
    stroke: colour(name),
    width: 2,
    points: { show: true, size: 7, fill: colour(name), stroke: colour(name) },
    spanGaps: true,
    value: (_plot, value) => (value === null || value === undefined ? '–' : `${Math.round(value)} ms`),
  });
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: chartHeight,
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_plot, _least, most) => [0.5, Math.max(most ?? 0, 4) + 0.5] },
      y: { range: (_plot, _least, most) => [0, (most ?? 1) * 1.15] },
    },
    series: [
      { label: 'Turn' },
      line('first sound', '--model'),
      line('first token', '--token'),
      line('silence', '--quiet'),
    ],
    axes: [
      {
        ...axis,
        size: 28,
        gap: 4,
        incrs: [1, 2, 5, 10, 20, 50, 100, 500],
        values: (_plot, splits) => splits.map((n) => (n < 1 ? '' : String(n))),
      },
      {
        ...axis,
        size: 62,
        space: 36,
        values: (_plot, splits) => splits.map((ms) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)),
      },
    ],
  };
}
