import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { Effect } from '../../src/core/effect.ts';
import { sameJson } from '../../src/core/same-json.ts';
import type { Session } from '../../src/core/session.ts';
import { type CoreLaw, firstOf } from './core-law.ts';
import type { CoreRun, Taken } from './core-run.ts';

/** Speech that a model was asked to transcribe as a stream. */
interface Followed {
  readonly told: boolean;
  readonly streams: boolean;
  /** Where its sound begins and how far it was handed over; null before its first stretch. */
  fromTick: number | null;
  toTick: number;
  state: 'streaming' | 'committed' | 'dropped';
  ends: number;
}

const endings: ReadonlySet<string> = new Set([
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
]);

/**
 * Speech is streamed one at a time; its sound is handed over whole, exactly as the item keeps it; its words are told as
 * transcription was when it began, before the commit by models that stream and then only in deltas.
 */
class StreamedSpeech {
  readonly #all = new Map<string, Followed>();
  #clock = 0;

  problem({ before, after, effects }: Taken): string | null {
    this.#clock = after.buffer.endTick;
    for (const effect of effects) {
      const problem = this.#effectProblem(before, effect, effects);
      if (problem !== null) return problem;
    }
    const streaming = [...this.#all].flatMap(([id, { state }]) => (state === 'streaming' ? [id] : []));
    const held = after.streaming === null ? [] : [after.streaming.itemId];
    return sameJson(streaming, held) ? null : `streamed: ${streaming.join()}, in the state: ${held.join()}`;
  }

  /** Every committed item whose words were to be told has them. */
  unfinished(): string | null {
    for (const [id, { state, told, ends }] of this.#all) {
      if (state === 'committed' && told && ends !== 1) return `${id} was told ${ends} ends`;
    }
    return null;
  }

  #effectProblem(before: Session, effect: Effect, effects: readonly Effect[]): string | null {
    switch (effect.do) {
      case 'stream-speech':
        return this.#begin(before, effect.request);
      case 'hand-over':
        return this.#extend(effect);
      case 'end-speech':
        return this.#end(effect.itemId, effects);
      case 'drop-speech':
        return this.#drop(effect.itemId);
      case 'emit':
        return this.#tell(effect.event);
      default:
        return null;
    }
  }

  #begin(before: Session, { itemId, model }: Extract<Effect, { do: 'stream-speech' }>['request']): string | null {
    if (!before.rules.transcribesStream) return 'nobody transcribes streams';
    const isBeside = [...this.#all.values()].some(({ state }) => state === 'streaming');
    if (isBeside || this.#all.has(itemId)) return `${itemId} is streamed beside another`;
    const configured = before.config.audio.input.transcription?.model ?? null;
    if (model !== configured) return `${model} was asked, not ${configured}`;
    const streams = model === 'gpt-realtime-whisper';
    this.#all.set(itemId, { told: model !== null, streams, fromTick: null, toTick: 0, state: 'streaming', ends: 0 });
    return null;
  }

  #extend({ itemId, fromTick, toTick }: Extract<Effect, { do: 'hand-over' }>): string | null {
    const speech = this.#all.get(itemId);
    if (speech?.state !== 'streaming') return `${itemId} is not streamed`;
    if (speech.fromTick !== null && fromTick !== speech.toTick) return `a gap from ${speech.toTick} to ${fromTick}`;
    if (toTick <= fromTick || toTick > this.#clock) return `${fromTick} to ${toTick} of ${this.#clock}`;
    speech.fromTick ??= fromTick;
    speech.toTick = toTick;
    return null;
  }

  #end(itemId: string, effects: readonly Effect[]): string | null {
    const speech = this.#all.get(itemId);
    if (speech?.state !== 'streaming') return `${itemId} is not streamed`;
    speech.state = 'committed';
    const kept = effects.find((effect) => effect.do === 'keep-input' && effect.itemId === itemId);
    if (kept?.do !== 'keep-input') return `${itemId} is not kept`;
    const isWhole = kept.fromTick === speech.fromTick && kept.toTick === speech.toTick;
    return isWhole
      ? null
      : `${speech.fromTick} to ${speech.toTick} was heard, ${kept.fromTick} to ${kept.toTick} is kept`;
  }

  #drop(itemId: string): string | null {
    const speech = this.#all.get(itemId);
    if (speech?.state !== 'streaming') return `${itemId} is not streamed`;
    speech.state = 'dropped';
    return null;
  }

  #tell(event: Extract<Effect, { do: 'emit' }>['event']): string | null {
    if (!event.type.startsWith('conversation.item.input_audio_transcription.') || !('item_id' in event)) return null;
    const speech = this.#all.get(event.item_id ?? '');
    if (speech === undefined) return null;
    if (!speech.told) return 'transcription was off when the speech began';
    if (speech.state === 'dropped') return 'the speech was discarded';
    const isEarly = speech.state === 'streaming';
    if (isEarly && !(speech.streams && event.type.endsWith('.delta'))) return `${event.type} came before the commit`;
    if (endings.has(event.type)) speech.ends += 1;
    return null;
  }
}

function streamsSpeech(run: CoreRun): string | null {
  const streamed = new StreamedSpeech();
  const problem = firstOf(run, (taken) => streamed.problem(taken));
  return problem ?? (run.session.phase === 'closed' ? null : streamed.unfinished());
}

/** What a model that transcribes streams has not heard from its beginning it is asked about as a whole: silence, by itself. */
function asksOfWholeSilence(run: CoreRun): string | null {
  return firstOf(run, ({ before, effects }) => {
    const whole = effects.find((effect) => effect.do === 'transcribe');
    if (whole === undefined || !before.rules.transcribesStream || before.streaming === null) return null;
    return 'speech that was streamed is transcribed once more';
  });
}

type Preempted = Extract<Effect, { do: 'preempt' }>;

/**
 * A turn is preempted while the user is silent in it and nothing else would be answered; preemption ends, before
 * anything else is done, with the first change in what the response would read, or is met by the very same.
 */
function preemptsWhatComes(run: CoreRun): string | null {
  let open: Preempted | null = null;
  const problem = firstOf(run, ({ before, after, effects }) => {
    const stopAt = effects.findIndex((effect) => effect.do === 'stop-preempting');
    if (stopAt > 0) return 'the model is told to stop only after something else';
    if (stopAt === 0 && open === null) return 'nothing was preempted';
    if (stopAt === 0) open = null;
    const answered = open === null ? null : answerTo(open, effects, after);
    if (open !== null && answered !== null) {
      if (!sameJson(readBy(open, answered), readBy(open, open.request))) return 'the response reads something else';
      open = null;
    }
    if (open !== null && isOtherwise(open, before, after)) return 'something has changed and the model thinks on';
    for (const effect of effects) {
      if (effect.do !== 'preempt') continue;
      if (open !== null) return 'a turn is preempted twice';
      open = effect;
      const wrong = wrongly(effect, after);
      if (wrong !== null) return wrong;
    }
    return null;
  });
  return problem ?? (open !== null && run.session.phase === 'closed' ? 'the model thinks on after the close' : null);
}

type Request = Preempted['request'];

/** The response of the conversation that starts in these effects and has the preempted item as the newest it reads. */
function answerTo({ speech }: Preempted, effects: readonly Effect[], { responses }: Session): Request | null {
  for (const effect of effects) {
    if (effect.do !== 'respond' || effect.request.items.at(-1)?.item.id !== speech.itemId) continue;
    const started = responses.find(({ id }) => id === effect.request.responseId);
    if (started?.params.outOfBand === true) continue;
    const { responseId: _responseId, ...request } = effect.request;
    return request;
  }
  return null;
}

/** All that a request says, but for the words of the preempted item. */
function readBy({ speech }: Preempted, request: Request): object {
  return {
    ...request,
    items: request.items.map((each) => (each.item.id === speech.itemId ? { id: speech.itemId } : each)),
  };
}

function wrongly({ request, speech }: Preempted, { rules, turn, buffer, config, responses }: Session): string | null {
  if (!rules.preempts) return 'nobody preempts turns';
  if (turn.phase !== 'speaking' || turn.itemId !== speech.itemId || turn.silenceTick === null) return 'nobody pauses';
  if (request.items.at(-1)?.item.id !== speech.itemId) return 'the speech is not the newest item';
  if (speech.fromTick !== turn.startTick || speech.toTick > buffer.endTick) return 'it is not the speech so far';
  const detection = config.audio.input.turn_detection;
  if (detection === null || !('create_response' in detection) || !detection.create_response)
    return 'no response follows';
  return responses.some(({ params }) => !params.outOfBand) ? 'a response is active' : null;
}

function isOtherwise({ speech }: Preempted, before: Session, after: Session): boolean {
  if (after.phase !== 'open' || !sameJson(before.config, after.config) || !sameJson(before.mcp, after.mcp)) return true;
  if (after.responses.some(({ params }) => !params.outOfBand)) return true;
  const others = ({ conversation }: Session): object[] =>
    entriesOf(conversation.items).filter(({ item }) => item.id !== speech.itemId);
  if (before.conversation !== after.conversation && !sameJson(others(before), others(after))) return true;
  const { turn } = after;
  const pauses = turn.phase === 'speaking' && turn.itemId === speech.itemId && turn.silenceTick !== null;
  const isDue = entriesOf(after.conversation.items).some(({ item }) => item.id === speech.itemId);
  return !pauses && !(isDue && after.owedResponse?.itemId === speech.itemId);
}

/** What a model hears before a turn has ended, and what it is told of it. */
export const speechLaws: readonly CoreLaw[] = [
  {
    number: '18, streaming',
    says: 'streamed speech is heard whole, without gaps, as its item keeps it, and told as it was asked for',
    broken: streamsSpeech,
  },
  { number: '22, streaming', says: 'streamed speech is put into words once', broken: asksOfWholeSilence },
  {
    number: '9, preemptive',
    says: 'a preempted turn comes as it was thought of, or is given up at the first change',
    broken: preemptsWhatComes,
  },
];
