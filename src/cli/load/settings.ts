import { type Objective, ObjectiveError, parseObjectives } from '../../load/objectives.ts';
import { type LoadPlan, shapes } from '../../load/plan.ts';
import { takeScript } from '../../load/take-script.ts';
import { SetupError } from '../../server/setup-error.ts';
import { namedTake } from '../take/named-take.ts';
import type { LoadFlags } from './flags.ts';

/** What `antiphon load` is to do. */
export interface LoadSettings {
  readonly plan: LoadPlan;
  readonly objectives: readonly Objective[];
  readonly findsMax: boolean;
  readonly pid: number | null;
  readonly processes: number;
  /** The take whose client's part is played; null for the other shapes. */
  readonly take: string | null;
  /** The model that it was recorded with. */
  readonly model: string | null;
  /** How many answers each user asks for in the time between turns. */
  readonly turnsEach: number;
  /** A file, `-` for standard output; null for none. */
  readonly json: string | null;
}

/** How long an answer may take, in milliseconds. */
const answerMs = 30_000;

/**
 * Reads the flags.
 *
 * @throws {SetupError} where they make no sense.
 */
export function loadSettings(flags: LoadFlags): LoadSettings {
  const findsMax = flags.findMax === true;
  const { shape, turnEveryMs, ...played } = shapeOf(flags);
  return {
    ...played,
    plan: {
      sessions: whole('--sessions', flags.sessions ?? '10'),
      perSecond: rate(flags.ramp ?? '10/s'),
      forMs: time('--for', flags.for ?? (findsMax ? '20s' : '60s')),
      shape,
      turnEveryMs,
      answerMs,
    },
    objectives: objectivesOf(flags.objective ?? 'errors<0.1%'),
    findsMax,
    pid: flags.pid === undefined ? null : whole('--pid', flags.pid),
    processes: whole('--procs', flags.procs ?? '1'),
    json: flags.json ?? null,
  };
}

function whole(flag: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new SetupError('invalid_configuration', `${flag} must be a whole number above 0, not "${text}".`);
}

function rate(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? [];
  if (number !== undefined && Number(number) > 0) return Number(number);
  throw new SetupError('invalid_configuration', `--ramp must be a rate such as 10/s, not "${text}".`);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function time(flag: string, text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(number) * (units[unit] ?? 0);
  if (ms >= 100) return ms;
  throw new SetupError(
    'invalid_configuration',
    `${flag} must be a time such as 60s or 5m, 100 ms at least, not "${text}".`,
  );
}

/** What users do: one of the shapes, or the client's part of a take. */
function shapeOf({
  shape = 'voice',
  turnEvery = '8s',
}: LoadFlags): Pick<LoadPlan, 'shape' | 'turnEveryMs'> & Pick<LoadSettings, 'take' | 'model' | 'turnsEach'> {
  const turnEveryMs = time('--turn-every', turnEvery);
  const found = shapes.find((each) => each === shape);
  if (found !== undefined)
    return { shape: found, turnEveryMs, take: null, model: null, turnsEach: Number(found !== 'idle') };
  if (!/\.take\/?$|\.jsonl$/.test(shape)) {
    throw new SetupError(
      'invalid_configuration',
      `--shape must be one of ${shapes.join(', ')}, or a FILE.take, not "${shape}".`,
    );
  }
  const { header, ...take } = namedTake(shape);
  const { turnEnds, durationMs } = takeScript({ header, ...take });
  const model = URL.parse(header.url)?.searchParams.get('model') ?? null;
  return { shape: 'take', turnEveryMs: Math.max(1, durationMs), take: shape, model, turnsEach: turnEnds.size };
}

function objectivesOf(text: string): readonly Objective[] {
  try {
    return parseObjectives(text);
  } catch (cause) {
    if (!(cause instanceof ObjectiveError)) throw cause;
    throw new SetupError('invalid_configuration', `--objective: ${cause.message}`, { cause });
  }
}
