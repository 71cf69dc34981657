import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { kindOf } from '../story/filter.ts';
import type { LogRow } from '../story/log.ts';
import { clockTime, summaryOf } from '../story/summary.ts';
import { scrollTo, windowOf } from '../ui/window.ts';

export const rowHeight = 30;

interface StreamProps {
  readonly rows: readonly LogRow[];
  /** The places of the lines that are shown. */
  readonly places: readonly number[];
  /** The number of the line that is chosen. */
  readonly chosen: number | null;
  readonly onChoose: (row: LogRow | null) => void;
}

/** The event stream: however many lines there are, only those that can be seen are drawn. */
export function Stream({ rows, places, chosen, onChoose }: StreamProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [view, setView] = useState({ top: 0, height: 600 });
  const look = (): void => {
    const element = box.current;
    if (element === null) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    follows.current = scrollTop + clientHeight >= scrollHeight - rowHeight;
    if (scrollTop !== view.top || clientHeight !== view.height) setView({ top: scrollTop, height: clientHeight });
  };
  const latest = useRef(look);
  latest.current = look;
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
    look();
  }, [places.length]);
  useLayoutEffect(() => watchSize(box.current, () => latest.current()), []);
  const { first, end } = windowOf(view.top, view.height, rowHeight, places.length);
  const drawn = places.slice(first, end).flatMap((place) => rows[place] ?? []);
  const chosenPlace = chosen === null ? -1 : placeOf(chosen, rows, places);

  const move = (event: KeyboardEvent): void => {
    const next = nextPlace(event.key, chosenPlace, places.length, Math.floor(view.height / rowHeight));
    if (next === null) return;
    event.preventDefault();
    onChoose(rows[places[next] ?? -1] ?? null);
    const element = box.current;
    if (element !== null) element.scrollTop = scrollTo(next, element.scrollTop, element.clientHeight, rowHeight);
  };
  return (
    <div
      class="stream"
      ref={box}
      onScroll={look}
      onKeyDown={move}
      role="listbox"
      aria-label="Events, the oldest first"
      aria-activedescendant={chosenPlace < 0 ? undefined : `event-${chosen}`}
      tabIndex={0}
    >
      <div class="stream-all" style={{ height: `${places.length * rowHeight}px` }} role="presentation">
        {drawn.map((row, i) => (
          <Line key={row.n} row={row} top={(first + i) * rowHeight} isChosen={row.n === chosen} onChoose={onChoose} />
        ))}
      </div>
    </div>
  );
}

/** Where a line stands among those that are shown; −1 where it is not. Their numbers rise. */
function placeOf(n: number, rows: readonly LogRow[], places: readonly number[]): number {
  let from = 0;
  let to = places.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[places[middle] ?? -1]?.n ?? 0) < n) from = middle + 1;
    else to = middle;
  }
  return rows[places[from] ?? -1]?.n === n ? from : -1;
}

function watchSize(element: HTMLElement | null, changed: () => void): () => void {
  const watcher = new ResizeObserver(changed);
  if (element !== null) watcher.observe(element);
  return () => watcher.disconnect();
}

interface LineProps {
  readonly row: LogRow;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: (row: LogRow | null) => void;
}

const summaries = new WeakMap<LogRow, string>();

function summary(row: LogRow): string {
  const known = summaries.get(row) ?? summaryOf(row);
  summaries.set(row, known);
  return known;
}

function Line({ row, top, isChosen, onChoose }: LineProps): JSX.Element {
  return (
    <div
      class={`line k-${kindOf(row)}`}
      id={`event-${row.n}`}
      role="option"
      aria-selected={isChosen}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(isChosen ? null : row)}
    >
      <span class="line-t">{stamp(row.t)}</span>
      <span
        class={row.by === '>' ? 'line-by out' : 'line-by in'}
        aria-label={row.by === '>' ? 'from the client' : 'from the server'}
        role="img"
      >
        {row.by === '>' ? '↑' : '↓'}
      </span>
      <span class="line-type">{row.type}</span>
      <span class="line-text">{summary(row)}</span>
    </div>
  );
}

/** `0:07.250` */
function stamp(t: number): string {
  return `${clockTime(t)}.${String(Math.floor(t % 1000)).padStart(3, '0')}`;
}

/** Where a key leads from a place; null where it leads nowhere. */
function nextPlace(key: string, from: number, count: number, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from < 0 ? count - 1 : from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, next));
}
