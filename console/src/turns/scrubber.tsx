import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useStore } from '../place/store.ts';
import { pause, play, playing, seek } from '../sound/player.ts';
import { peakMs } from '../sound/tracks.ts';
import type { Story } from '../story/story.ts';
import { clockTime } from '../story/summary.ts';
import { Icon } from '../ui/icons.tsx';

/** The whole session as its sound: goes to any moment, and plays from there. */
export function Scrubber({ story }: { readonly story: Story }): JSX.Element {
  const { isPlaying, t } = useStore(playing);
  const lengthMs = Math.max(1, story.sound.endMs, story.lastT);
  const { isEmpty } = story.sound;
  useEffect(() => () => pause(), [story]);
  const toggle = (): void => (isPlaying ? pause() : play(story.sound, t >= story.sound.endMs ? 0 : t));
  return (
    <div class="scrubber">
      <button
        type="button"
        class="icon-only round"
        disabled={isEmpty}
        aria-label={isPlaying ? 'Pause the sound' : 'Play the sound'}
        onClick={toggle}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </button>
      <div class="wave">
        <Wave story={story} lengthMs={lengthMs} />
        <i class="wave-now" style={{ left: `${Math.min(100, (t / lengthMs) * 100)}%` }} />
        <input
          type="range"
          min={0}
          max={Math.ceil(lengthMs)}
          step={10}
          value={t}
          aria-label="Moment of the session"
          aria-valuetext={clockTime(t)}
          onInput={({ currentTarget }) => seek(story.sound, Number(currentTarget.value))}
        />
      </div>
      <output class="times">
        {clockTime(t)} / {clockTime(lengthMs)}
      </output>
    </div>
  );
}

interface WaveProps {
  readonly story: Story;
  readonly lengthMs: number;
}

/** Above the line what the user said, below it what was answered. */
function Wave({ story, lengthMs }: WaveProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const scale = devicePixelRatio;
    const { clientWidth: width, clientHeight: height } = element;
    element.width = width * scale;
    element.height = height * scale;
    context.scale(scale, scale);
    const style = getComputedStyle(element);
    draw(context, story, {
      width,
      height,
      lengthMs,
      you: style.getPropertyValue('--you'),
      model: style.getPropertyValue('--model'),
    });
  });
  return <canvas ref={canvas} aria-hidden="true" />;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly lengthMs: number;
  readonly you: string;
  readonly model: string;
}

/** One bar for so many pixels. */
const barPixels = 3;

function draw(context: CanvasRenderingContext2D, story: Story, { width, height, lengthMs, you, model }: Picture): void {
  context.clearRect(0, 0, width, height);
  const middle = height / 2;
  for (const [track, colour, direction] of [['in', you, -1] as const, ['out', model, 1] as const]) {
    const peaks = story.sound.peaks(track);
    context.fillStyle = colour;
    for (let x = 0; x < width; x += barPixels) {
      const from = Math.floor(((x / width) * lengthMs) / peakMs);
      const to = Math.max(from + 1, Math.floor((((x + barPixels) / width) * lengthMs) / peakMs));
      let peak = 0;
      for (let i = from; i < to; i += 1) peak = Math.max(peak, peaks[i] ?? 0);
      const bar = Math.max(peak > 0 ? 1 : 0, Math.sqrt(peak) * (middle - 2));
      context.fillRect(x, direction < 0 ? middle - bar : middle + 1, barPixels - 1, bar);
    }
  }
}
