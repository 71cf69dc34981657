import { heardUntil, type Turn } from './turn.ts';

/** A bar or a mark of the waterfall. */
export interface Step {
  readonly name: StepName;
  /** What a reader calls it. */
  readonly label: string;
  readonly fromT: number;
  /** The same as `fromT` for what has no length. */
  readonly toT: number;
  /** The number that stands beside it. */
  readonly ms: number;
  /** What the number is. */
  readonly note: string;
}

export type StepName =
  | 'speech'
  | 'silence'
  | 'commit'
  | 'transcript'
  | 'token'
  | 'sound'
  | 'heard'
  | 'unheard'
  | 'interrupted';

/** The steps of a turn, in the order in which people think of them. */
export function stepsOf(turn: Turn): readonly Step[] {
  return [
    span('speech', 'Speech', turn.speech?.fromT, turn.speech?.toT, 'the user speaks'),
    span('silence', 'Silence', turn.silence?.fromT, turn.silence?.toT, 'until the turn counts as over'),
    after('commit', 'Commit', turn.committedT, turn.silence?.toT ?? turn.committedT, 'after the silence'),
    span('transcript', 'Transcript', turn.committedT, turn.transcriptT, 'after the commit'),
    span('token', 'First token', begin(turn), turn.firstTokenT, 'until the model begins'),
    span('sound', 'First audio', begin(turn), turn.firstSoundT, 'until sound comes'),
    ...playback(turn),
    after('interrupted', 'Interrupted', turn.interruptedT, turn.playedT, 'after the answer began'),
  ].filter((step) => step !== null);
}

/** What the wait for an answer is counted from. */
function begin({ askedT, committedT, createdT }: Turn): number | null {
  return askedT ?? committedT ?? createdT;
}

/** What was heard of the answer, and what nobody heard of it. */
function playback(turn: Turn): (Step | null)[] {
  const { playedT, heardMs, soundMs } = turn;
  const untilT = heardUntil(turn);
  if (playedT === null || untilT === null) return [];
  const isCut = heardMs !== null && soundMs > heardMs;
  return [
    span('heard', isCut ? 'Heard' : 'Played', playedT, untilT, isCut ? 'before it was cut off' : 'of the answer'),
    isCut ? span('unheard', 'Not heard', untilT, playedT + soundMs, 'dropped') : null,
  ];
}

function span(
  name: StepName,
  label: string,
  fromT: number | null | undefined,
  toT: number | null | undefined,
  note: string,
): Step | null {
  if (typeof fromT !== 'number' || typeof toT !== 'number') return null;
  const end = Math.max(fromT, toT);
  return { name, label, fromT, toT: end, ms: end - fromT, note };
}

/** A mark, with the time since another moment. */
function after(
  name: StepName,
  label: string,
  t: number | null,
  sinceT: number | null | undefined,
  note: string,
): Step | null {
  return t === null ? null : { name, label, fromT: t, toT: t, ms: Math.max(0, t - (sinceT ?? t)), note };
}
