/** From one moment of a session to another, in milliseconds since it began. */
export interface Span {
  readonly fromT: number;
  readonly toT: number;
}

/** What makes a turn. */
export type TurnCause =
  /** The user spoke. */
  | 'spoken'
  /** The user wrote. */
  | 'typed'
  /** Somebody asked for a response, after a tool's output for instance. */
  | 'asked';

/** What the user said or wrote, and what came of it. Moments that have not come, or never do, are null. */
export interface Turn {
  /** From 1. */
  readonly n: number;
  readonly cause: TurnCause;
  /** When it began. */
  readonly fromT: number;
  /** The user's item. */
  readonly itemId: string | null;
  readonly words: string;
  readonly speech: Span | null;
  /** From the end of the speech until the server took it for the end of the turn. */
  readonly silence: Span | null;
  readonly committedT: number | null;
  readonly firstWordT: number | null;
  readonly transcriptT: number | null;
  /** The client asked for the response. */
  readonly askedT: number | null;
  readonly responseId: string | null;
  readonly createdT: number | null;
  readonly firstTokenT: number | null;
  readonly firstSoundT: number | null;
  readonly lastSoundT: number | null;
  /** All the sound of the answer. */
  readonly soundMs: number;
  /** When the answer began to be heard. */
  readonly playedT: number | null;
  /** On calls: when the server had played it, or dropped the rest. */
  readonly playedToT: number | null;
  /** How much was heard before it was cut off. */
  readonly heardMs: number | null;
  readonly interruptedT: number | null;
  readonly doneT: number | null;
  /** How the response ended, with the reason. */
  readonly status: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** A turn of which nothing is known yet. */
export function newTurn(n: number, cause: TurnCause, fromT: number): Turn {
  return {
    n,
    cause,
    fromT,
    itemId: null,
    words: '',
    speech: null,
    silence: null,
    committedT: null,
    firstWordT: null,
    transcriptT: null,
    askedT: null,
    responseId: null,
    createdT: null,
    firstTokenT: null,
    firstSoundT: null,
    lastSoundT: null,
    soundMs: 0,
    playedT: null,
    playedToT: null,
    heardMs: null,
    interruptedT: null,
    doneT: null,
    status: null,
    inputTokens: null,
    outputTokens: null,
  };
}

/** When the last of its answer was heard, as far as is known; null where there is no sound. */
export function heardUntil({ playedT, playedToT, heardMs, soundMs }: Turn): number | null {
  if (playedToT !== null) return playedToT;
  return playedT === null ? null : playedT + Math.min(soundMs, heardMs ?? Infinity);
}

/** The last moment of a turn. */
export function endOf(turn: Turn): number {
  const moments = [
    turn.fromT,
    turn.speech?.toT,
    turn.silence?.toT,
    turn.committedT,
    turn.transcriptT,
    turn.createdT,
    turn.firstTokenT,
    turn.lastSoundT,
    turn.doneT,
    turn.interruptedT,
    heardUntil(turn),
  ];
  return Math.max(...moments.map((moment) => moment ?? 0));
}
