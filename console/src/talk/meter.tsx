import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface MeterProps {
  readonly track: 'in' | 'out';
  readonly label: string;
  /** In dBFS. */
  readonly read: () => number;
  readonly isOn: boolean;
}

/** What is quieter than this is drawn as silence. */
const floorDb = -60;
const bars = 12;
/** How much of a bar is left in the next picture. */
const decay = 0.86;

/** How loud it is now, as bars. */
export function Meter({ track, label, read, isOn }: MeterProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOn) return undefined;
    let shownLevel = 0;
    let next = 0;
    const draw = (): void => {
      const level = Math.max(0, 1 - Math.max(floorDb, read()) / floorDb);
      shownLevel = Math.max(level, shownLevel * decay);
      const lit = Math.round(shownLevel * bars);
      for (const [place, bar] of [...(box.current?.children ?? [])].entries()) bar.classList.toggle('lit', place < lit);
      next = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(next);
      for (const bar of box.current?.children ?? []) bar.classList.remove('lit');
    };
  }, [isOn]);
  return (
    <div class={`meter meter-${track}`}>
      <span>{label}</span>
      <div class="meter-bars" ref={box} role="img" aria-label={`How loud: ${label}`}>
        {Array.from({ length: bars }, (_, i) => (
          <i key={i} />
        ))}
      </div>
    </div>
  );
}
