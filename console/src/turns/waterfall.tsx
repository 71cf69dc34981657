import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { play } from '../sound/player.ts';
import type { Story } from '../story/story.ts';
import { clockTime, seconds } from '../story/summary.ts';
import { type Step, stepsOf } from './steps.ts';
import { endOf, type Turn } from './turn.ts';

interface WaterfallProps {
  readonly turn: Turn;
  readonly story: Story;
}

const causes = { spoken: 'Spoken', typed: 'Typed', asked: 'Asked for' } as const;

/** One turn on one line of time. */
export const Waterfall = memo(function Waterfall({ turn, story }: WaterfallProps): JSX.Element {
  const steps = stepsOf(turn);
  const first = Math.min(turn.fromT, ...steps.map(({ fromT }) => fromT));
  const lengthMs = Math.max(1, endOf(turn) - first, ...steps.map(({ toT }) => toT - first));
  return (
    <article class="turn" aria-label={`Turn ${turn.n}`}>
      <header>
        <h3>
          {turn.n}. {causes[turn.cause]}
          <time>{clockTime(first)}</time>
        </h3>
        <p class="turn-words">{turn.words === '' ? '' : `“${turn.words}”`}</p>
        <Tags turn={turn} />
      </header>
      <Axis lengthMs={lengthMs} />
      <ul class="steps">
        {steps.map((step) => (
          <li key={step.name}>
            <StepBar step={step} first={first} lengthMs={lengthMs} onPlay={() => play(story.sound, step.fromT)} />
          </li>
        ))}
      </ul>
    </article>
  );
});

function Tags({ turn }: { readonly turn: Turn }): JSX.Element {
  const { status, inputTokens, outputTokens, interruptedT } = turn;
  return (
    <p class="tags">
      {status === null ? null : <span class={`tag ${status.split(':')[0] ?? ''}`}>{status}</span>}
      {interruptedT === null ? null : <span class="tag cancelled">interrupted</span>}
      {inputTokens === null ? null : (
        <span class="tag">
          {inputTokens} → {outputTokens} tokens
        </span>
      )}
    </p>
  );
}

/** Even times along the top. */
function Axis({ lengthMs }: { readonly lengthMs: number }): JSX.Element {
  const stepMs = tickMs(lengthMs);
  const ticks = Array.from({ length: Math.floor(lengthMs / stepMs) + 1 }, (_, i) => i * stepMs);
  return (
    <div class="axis" aria-hidden="true">
      {ticks.map((ms) => (
        <span key={ms} style={{ left: `${(ms / lengthMs) * 100}%` }}>
          {ms < 1000 && lengthMs < 2000 ? `${ms}` : `${ms / 1000} s`}
        </span>
      ))}
    </div>
  );
}

/** At most five ticks, at round times. */
function tickMs(lengthMs: number): number {
  const wanted = lengthMs / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  return [1, 2, 5, 10].map((times) => times * power).find((ms) => ms >= wanted) ?? wanted;
}

interface StepBarProps {
  readonly step: Step;
  readonly first: number;
  readonly lengthMs: number;
  readonly onPlay: () => void;
}

function StepBar({ step, first, lengthMs, onPlay }: StepBarProps): JSX.Element {
  const left = ((step.fromT - first) / lengthMs) * 100;
  const width = ((step.toT - step.fromT) / lengthMs) * 100;
  const number = seconds(step.ms);
  return (
    <button
      type="button"
      class={`step s-${step.name}`}
      onClick={onPlay}
      title={`${step.label}: ${number} ${step.note}. Play from here.`}
    >
      <span class="step-name">{step.label}</span>
      <span class="step-track">
        <i class={width === 0 ? 'mark' : 'bar'} style={{ left: `${left}%`, width: `${width}%` }} />
      </span>
      <span class="step-ms">{number}</span>
      <span class="unseen">{`${step.note}. Play from here.`}</span>
    </button>
  );
}
