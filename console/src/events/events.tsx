import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { go, place } from '../place/place.ts';
import { type Shown, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { type Filter, FilteredRows, isOpen, type Kind, kinds } from '../story/filter.ts';
import type { LogRow } from '../story/log.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Icon } from '../ui/icons.tsx';
import { Json } from '../ui/json.tsx';
import { Empty } from '../ui/notice.tsx';
import { Stream } from './stream.tsx';

/** What passes, both ways. */
export function Events(): JSX.Element {
  const { story } = useStore<Shown>(shown);
  const filter = useStore(place, (value) => value.filter);
  const [chosen, choose] = useState<LogRow | null>(null);
  const [pausedAt, pauseAt] = useState<number | null>(null);
  const filtered = useMemo(() => new FilteredRows(), [story]);
  const held = useRef<{ readonly rows: readonly LogRow[]; readonly dropped: number } | null>(null);
  const { log } = story;
  const { rows, dropped } = held.current ?? log;
  const places = filtered.of(rows, dropped, filter);
  const pause = (): void => {
    held.current = pausedAt === null ? { rows: [...log.rows], dropped: log.dropped } : null;
    pauseAt(pausedAt === null ? log.frames : null);
  };
  // A line of sound has grown since it was chosen.
  const newest = chosen === null ? null : (rows.find(({ n }) => n === chosen.n) ?? chosen);
  return (
    <section class="events" aria-label="Events">
      <Toolbar filter={filter} shownLines={places.length} frames={log.frames} pausedAt={pausedAt} onPause={pause} />
      <div class="events-body">
        {log.frames === 0 ? (
          <Empty title="No events yet">
            <p>Every event of the session appears here, both ways, as soon as you talk or type.</p>
            <p>Or drop a take on this page to read a recorded session.</p>
          </Empty>
        ) : (
          <Stream rows={rows} places={places} chosen={newest?.n ?? null} onChoose={choose} />
        )}
        {newest === null ? null : <Detail row={newest} onClose={() => choose(null)} />}
      </div>
    </section>
  );
}

interface ToolbarProps {
  readonly filter: Filter;
  readonly shownLines: number;
  readonly frames: number;
  readonly pausedAt: number | null;
  readonly onPause: () => void;
}

const directions = [
  ['both', 'Both'],
  ['>', 'Client'],
  ['<', 'Server'],
] as const;

function Toolbar({ filter, shownLines, frames, pausedAt, onPause }: ToolbarProps): JSX.Element {
  const change = (part: Partial<Filter>): void => go({ filter: { ...filter, ...part } });
  const toggle = (kind: Kind): void => {
    const { hidden } = filter;
    change({ hidden: hidden.includes(kind) ? hidden.filter((each) => each !== kind) : [...hidden, kind] });
  };
  const missed = pausedAt === null ? 0 : frames - pausedAt;
  return (
    <div class="toolbar" role="search">
      <label class="search">
        <Icon name="search" size={16} />
        <input
          type="search"
          value={filter.text}
          placeholder="Search: words, -words"
          aria-label="Search events"
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
        />
      </label>
      <div class="segments" role="group" aria-label="Direction">
        {directions.map(([by, label]) => (
          <button key={by} type="button" aria-pressed={filter.by === by} onClick={() => change({ by })}>
            {label}
          </button>
        ))}
      </div>
      <div class="chips" role="group" aria-label="Kinds of events">
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            class={`chip k-${kind}`}
            aria-pressed={!filter.hidden.includes(kind)}
            onClick={() => toggle(kind)}
          >
            {kind}
          </button>
        ))}
      </div>
      <button type="button" class="small" aria-pressed={pausedAt !== null} onClick={onPause}>
        <Icon name={pausedAt === null ? 'pause' : 'play'} size={15} />
        {pausedAt === null ? 'Pause' : `Resume${missed > 0 ? ` (${missed} new)` : ''}`}
      </button>
      <span class="count" role="status">
        {isOpen(filter) ? `${frames.toLocaleString('en')} events` : `${shownLines.toLocaleString('en')} lines match`}
      </span>
    </div>
  );
}

function Detail({ row, onClose }: { readonly row: LogRow; readonly onClose: () => void }): JSX.Element {
  const leave = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
  };
  return (
    <aside class="detail" aria-label={`Event ${row.n}`} onKeyDown={leave}>
      <header>
        <code>{row.type}</code>
        <CopyButton text={row.text} label="Copy the event as JSON" />
        <button type="button" class="quiet icon-only" onClick={onClose} aria-label="Close the event">
          <Icon name="close" />
        </button>
      </header>
      {row.sound === null ? null : (
        <p class="fact">The first of {row.sound.frames} frames of sound, which are one line.</p>
      )}
      <Json text={row.text} />
    </aside>
  );
}
