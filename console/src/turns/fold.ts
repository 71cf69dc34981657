import { type Frame, numberAt, textAt } from '../story/frame.ts';
import { heardUntil, newTurn, type Turn, type TurnCause } from './turn.ts';

/** The turns of a session, and what is known that belongs to none yet. */
export interface Turns {
  readonly list: readonly Turn[];
  /** The client sent a message of the user's. */
  readonly typedT: number | null;
  /** The client asked for a response. */
  readonly askedT: number | null;
  /** As the session shows them; null where it does not say. */
  readonly prefixMs: number | null;
  readonly silenceMs: number | null;
  /** Where speech began, on the clock of the sound. */
  readonly speechFromMs: number;
}

export const noTurns: Turns = {
  list: [],
  typedT: null,
  askedT: null,
  prefixMs: null,
  silenceMs: null,
  speechFromMs: 0,
};

/** The turns after a frame. `soundMs`: how long its sound is. What did not change is shared with those before. */
export function foldTurns(turns: Turns, frame: Frame, soundMs: number): Turns {
  return frame.by === '>' ? asked(turns, frame) : told(turns, frame, soundMs);
}

function asked(turns: Turns, { t, type, event }: Frame): Turns {
  if (type === 'response.create') return { ...turns, askedT: t };
  const isTyped = type === 'conversation.item.create' && textAt(event, 'item', 'role') === 'user';
  return isTyped ? { ...turns, typedT: t } : turns;
}

function told(turns: Turns, frame: Frame, soundMs: number): Turns {
  const { t, type, event } = frame;
  switch (type) {
    case 'session.created':
    case 'session.updated':
      return settings(turns, event);
    case 'input_audio_buffer.speech_started':
      return speechStarted(turns, frame);
    case 'input_audio_buffer.speech_stopped':
      return speechStopped(turns, frame);
    case 'input_audio_buffer.committed':
      return committed(turns, t, textAt(event, 'item_id'));
    case 'conversation.item.added':
    case 'conversation.item.created':
      return added(turns, frame);
    case 'conversation.item.input_audio_transcription.delta':
    case 'conversation.item.input_audio_transcription.completed':
      return transcribed(turns, frame);
    case 'conversation.item.truncated':
      return ofAnswer(turns, frame, (turn) => ({
        ...turn,
        heardMs: numberAt(event, 'audio_end_ms'),
        interruptedT: turn.interruptedT ?? t,
      }));
    default:
      return type.startsWith('response.') || type.startsWith('output_audio_buffer.')
        ? responded(turns, frame, soundMs)
        : turns;
  }
}

function settings(turns: Turns, event: unknown): Turns {
  const detection = ['session', 'audio', 'input', 'turn_detection'];
  return {
    ...turns,
    prefixMs: numberAt(event, ...detection, 'prefix_padding_ms'),
    silenceMs: numberAt(event, ...detection, 'silence_duration_ms'),
  };
}

function speechStarted(turns: Turns, { t, event }: Frame): Turns {
  const interrupted = turns.list.map((turn) =>
    isAnswering(turn, t) ? { ...turn, interruptedT: turn.interruptedT ?? t } : turn,
  );
  const turn = { ...newTurn(turns.list.length + 1, 'spoken', t), itemId: textAt(event, 'item_id') };
  const speechFromMs = (numberAt(event, 'audio_start_ms') ?? 0) + (turns.prefixMs ?? 0);
  return { ...turns, list: [...interrupted, { ...turn, speech: { fromT: t, toT: t } }], speechFromMs };
}

/** Whether something of its answer is being made or heard. */
function isAnswering(turn: Turn, t: number): boolean {
  if (turn.createdT === null || turn.interruptedT !== null) return false;
  return turn.doneT === null || (heardUntil(turn) ?? 0) > t;
}

/** Speech began at most so long before the server said so. */
const noticedWithinMs = 1500;

/** The end of the sound is now, which tells when its other moments were. */
function speechStopped(turns: Turns, { t, event }: Frame): Turns {
  const spokenMs = (numberAt(event, 'audio_end_ms') ?? 0) - turns.speechFromMs;
  return ofItem(turns, textAt(event, 'item_id'), (turn) => {
    const saidT = turn.speech?.fromT ?? t;
    const fromT = within(t - spokenMs, Math.max(0, saidT - noticedWithinMs), saidT);
    const toT = within(t - (turns.silenceMs ?? 0), saidT, t);
    return { ...turn, fromT, speech: { fromT, toT }, silence: toT < t ? { fromT: toT, toT: t } : null };
  });
}

function committed(turns: Turns, t: number, itemId: string): Turns {
  const known = turns.list.some((turn) => turn.itemId === itemId);
  const list = known ? turns.list : [...turns.list, { ...newTurn(turns.list.length + 1, 'spoken', t), itemId }];
  return ofItem({ ...turns, list }, itemId, (turn) => ({ ...turn, committedT: t }));
}

/** A message that the user wrote; spoken ones are committed. */
function added(turns: Turns, { t, event }: Frame): Turns {
  const itemId = textAt(event, 'item', 'id');
  const isWritten =
    textAt(event, 'item', 'role') === 'user' && textAt(event, 'item', 'content', 0, 'type') === 'input_text';
  if (!isWritten || turns.list.some((turn) => turn.itemId === itemId)) return turns;
  const words = textAt(event, 'item', 'content', 0, 'text');
  const turn = { ...newTurn(turns.list.length + 1, 'typed', turns.typedT ?? t), itemId, words };
  return { ...turns, typedT: null, list: [...turns.list, turn] };
}

function transcribed(turns: Turns, { t, type, event }: Frame): Turns {
  return ofItem(turns, textAt(event, 'item_id'), (turn) =>
    type.endsWith('.delta')
      ? { ...turn, firstWordT: turn.firstWordT ?? t, words: turn.words + textAt(event, 'delta') }
      : { ...turn, firstWordT: turn.firstWordT ?? t, transcriptT: t, words: textAt(event, 'transcript') },
  );
}

function responded(turns: Turns, frame: Frame, soundMs: number): Turns {
  const { t, type, event } = frame;
  switch (type) {
    case 'response.created':
      return created(turns, t, textAt(event, 'response', 'id'));
    case 'response.done':
      return ofAnswer(turns, frame, (turn) => done(turn, t, event));
    case 'output_audio_buffer.started':
      return ofAnswer(turns, frame, (turn) => ({ ...turn, playedT: t, firstSoundT: turn.firstSoundT ?? t }));
    case 'output_audio_buffer.stopped':
      return ofAnswer(turns, frame, (turn) => ({ ...turn, playedToT: t }));
    case 'output_audio_buffer.cleared':
      return ofAnswer(turns, frame, (turn) => ({ ...turn, playedToT: t, interruptedT: turn.interruptedT ?? t }));
    case 'response.output_audio.delta':
    case 'response.audio.delta':
      return spoke(turns, frame, soundMs);
    default:
      return type.endsWith('.delta')
        ? ofAnswer(turns, frame, (turn) => (turn.firstTokenT === null ? { ...turn, firstTokenT: t } : turn))
        : turns;
  }
}

/** A response belongs to the newest turn that has none; else somebody asked for it. */
function created(turns: Turns, t: number, responseId: string): Turns {
  const newest = turns.list.at(-1);
  const isAwaited = newest !== undefined && newest.responseId === null;
  const cause: TurnCause = 'asked';
  const list = isAwaited ? turns.list : [...turns.list, newTurn(turns.list.length + 1, cause, turns.askedT ?? t)];
  const place = list.length - 1;
  const { askedT } = turns;
  const answered = list.map((turn, i) => (i === place ? { ...turn, responseId, createdT: t, askedT } : turn));
  return { ...turns, list: answered, askedT: null };
}

/** Sound is played behind what is still being heard of the answers before. */
function spoke(turns: Turns, frame: Frame, soundMs: number): Turns {
  const { t } = frame;
  return ofAnswer(turns, frame, (turn) => {
    const before = turns.list[turns.list.indexOf(turn) - 1];
    const freeT = before === undefined ? t : (heardUntil(before) ?? t);
    return {
      ...turn,
      firstTokenT: turn.firstTokenT ?? t,
      firstSoundT: turn.firstSoundT ?? t,
      lastSoundT: t,
      soundMs: turn.soundMs + soundMs,
      playedT: turn.playedT ?? Math.max(t, freeT),
    };
  });
}

function done(turn: Turn, t: number, event: unknown): Turn {
  const status = textAt(event, 'response', 'status');
  const details = ['response', 'status_details'];
  const reason = textAt(event, ...details, 'error', 'code') || textAt(event, ...details, 'reason');
  return {
    ...turn,
    doneT: t,
    status: reason === '' ? status : `${status}: ${reason.replaceAll('_', ' ')}`,
    inputTokens: numberAt(event, 'response', 'usage', 'input_tokens'),
    outputTokens: numberAt(event, 'response', 'usage', 'output_tokens'),
    interruptedT: turn.interruptedT ?? (reason === 'turn_detected' ? t : null),
  };
}

function ofItem(turns: Turns, itemId: string, change: (turn: Turn) => Turn): Turns {
  return changed(
    turns,
    turns.list.findLastIndex((turn) => turn.itemId === itemId),
    change,
  );
}

/** The turn whose answer an event is about. */
function ofAnswer(turns: Turns, { event, type }: Frame, change: (turn: Turn) => Turn): Turns {
  const responseId = textAt(event, 'response_id') || textAt(event, 'response', 'id');
  if (responseId !== '') return changed(turns, lastAnswer(turns, responseId), change);
  // A truncation names the item alone: what was cut off is the newest answer that anything was heard of.
  const place = turns.list.findLastIndex(({ playedT }) => playedT !== null);
  return type === 'conversation.item.truncated' ? changed(turns, place, change) : turns;
}

function lastAnswer({ list }: Turns, responseId: string): number {
  return list.findLastIndex((turn) => turn.responseId === responseId);
}

function changed(turns: Turns, place: number, change: (turn: Turn) => Turn): Turns {
  const turn = turns.list[place];
  if (turn === undefined) return turns;
  const next = change(turn);
  return next === turn ? turns : { ...turns, list: turns.list.with(place, next) };
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
