import { bytesToTicks, ticksPerMs } from '../../src/core/audio-clock.ts';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Session } from '../../src/core/session.ts';
import type { Item } from '../../src/protocol/types.ts';
import { type CoreLaw, firstOf } from './core-law.ts';
import type { CoreRun, Taken } from './core-run.ts';

/** The sound of one item, as it was handed over to be played and as news came of it. */
interface Sound {
  readonly responseId: string;
  said: number;
  played: number;
}

/** What the effects say and the player tells, kept apart from what the session makes of it. */
class Loudspeaker {
  readonly sounds = new Map<string, Sound>();
  readonly started = new Set<string>();
  readonly cleared = new Set<string>();
  readonly over = new Set<string>();

  /** The news of an input, before its effects. */
  hear({ input }: Taken): void {
    if (input.from !== 'playback') return;
    const sound = this.sounds.get(input.itemId);
    if (sound !== undefined && !this.cleared.has(sound.responseId)) sound.played = Math.max(sound.played, input.ticks);
  }

  carryOut(effect: Effect): void {
    if (effect.do === 'emit-audio') {
      const { itemId, responseId, audio, format } = effect;
      const sound = this.sounds.get(itemId) ?? { responseId, said: 0, played: 0 };
      sound.said += bytesToTicks(audio.byteLength, format);
      this.sounds.set(itemId, sound);
    }
    if (effect.do === 'clear-playback') for (const id of this.playing) this.cleared.add(id);
    if (effect.do !== 'emit') return;
    if (effect.event.type === 'output_audio_buffer.started') this.started.add(effect.event.response_id);
    if (effect.event.type === 'response.done') this.over.add(effect.event.response.id ?? '');
  }

  soundsOf(responseId: string): Sound[] {
    return [...this.sounds.values()].filter((sound) => sound.responseId === responseId);
  }

  isHeard(responseId: string): boolean {
    return this.soundsOf(responseId).every(({ said, played }) => played >= said);
  }

  /** Responses that have begun to sound, and of which something is or may be still to be heard. */
  get playing(): string[] {
    const all = new Set([...this.sounds.values()].map(({ responseId }) => responseId));
    return [...all].filter((id) => !this.cleared.has(id) && !(this.over.has(id) && this.isHeard(id)));
  }
}

/** Holds each input to a problem that the loudspeaker shows: `problemOf` sees it as it was before each effect. */
function watched(
  run: CoreRun,
  problemOf: (speaker: Loudspeaker, effect: Effect, taken: Taken) => string | null,
  afterwards: (speaker: Loudspeaker, taken: Taken) => string | null = () => null,
): string | null {
  if (!run.trace.hasMedia) return null;
  const speaker = new Loudspeaker();
  return firstOf(run, (taken) => {
    speaker.hear(taken);
    for (const effect of taken.effects) {
      const problem = problemOf(speaker, effect, taken);
      if (problem !== null) return problem;
      speaker.carryOut(effect);
    }
    return afterwards(speaker, taken);
  });
}

/** Without media there is no loudspeaker; with one, what was cleared is silent. */
function playsNothingCleared(run: CoreRun): string | null {
  if (!run.trace.hasMedia) {
    return firstOf(run, ({ after, effects }) => {
      if (after.playback !== null) return 'a loudspeaker has come';
      return effects.some((effect) => effect.do === 'clear-playback') ? 'there is nothing to clear' : null;
    });
  }
  return watched(run, (speaker, effect) =>
    effect.do === 'emit-audio' && speaker.cleared.has(effect.responseId)
      ? `sound of ${effect.responseId} is played after it was cleared`
      : null,
  );
}

/** Events of the output buffer are told when what they tell of happens. */
function tellsOfPlayback(run: CoreRun): string | null {
  return watched(
    run,
    (speaker, effect) => {
      if (effect.do !== 'emit') return null;
      const { event } = effect;
      if (event.type === 'output_audio_buffer.started') return startedEarly(speaker, event.response_id);
      if (event.type === 'output_audio_buffer.stopped') {
        return speaker.over.has(event.response_id) && speaker.isHeard(event.response_id) ? null : 'it is still heard';
      }
      if (event.type !== 'output_audio_buffer.cleared') return null;
      return speaker.cleared.has(event.response_id) ? null : 'it goes on';
    },
    (speaker, { after, effects }) => {
      if (after.phase === 'closed') return null;
      for (const [itemId, { responseId, played }] of speaker.sounds) {
        if (played > 0 && !speaker.started.has(responseId)) return `${itemId} is heard, and nobody was told`;
      }
      const held = after.playback?.responses.filter(({ phase }) => phase !== 'cleared').map((each) => each.responseId);
      const { playing } = speaker;
      if (held?.toSorted().join() !== playing.toSorted().join()) {
        return `heard: ${playing.join()}, in the state: ${held?.join()}`;
      }
      const first = effects.findIndex((effect) => effect.do === 'clear-playback');
      const early = effects.findIndex((effect) => tellsOfClear(effect));
      return early >= 0 && early < first ? 'clients are told before there is silence' : null;
    },
  );
}

/** Sound is started when it is the next to be heard, or is heard already. */
function startedEarly(speaker: Loudspeaker, responseId: string): string | null {
  if (speaker.soundsOf(responseId).some(({ played }) => played > 0)) return null;
  const others = speaker.playing.filter((id) => id !== responseId && !speaker.isHeard(id));
  return others.length === 0 ? null : `${others.join()} is heard first`;
}

function tellsOfClear(effect: Effect): boolean {
  if (effect.do === 'abort') return true;
  return effect.do === 'emit' && effect.event.type === 'output_audio_buffer.cleared';
}

type Truncated = { readonly item_id: string; readonly audio_end_ms: number };

/** What a session truncates by itself it truncates to what was played: not less, and never more than was said. */
function truncatesToPlayed(run: CoreRun): string | null {
  return watched(
    run,
    (speaker, effect, { input }) => {
      const isAsked = input.from === 'client' && input.event.type === 'conversation.item.truncate';
      if (isAsked || effect.do !== 'emit' || effect.event.type !== 'conversation.item.truncated') return null;
      return wrongCut(speaker, effect.event);
    },
    (speaker, taken) => uncut(speaker, taken),
  );
}

function wrongCut(speaker: Loudspeaker, { item_id, audio_end_ms }: Truncated): string | null {
  const sound = speaker.sounds.get(item_id) ?? { said: 0, played: 0 };
  if (sound.played > sound.said) return `${sound.played} ticks of ${item_id} were played, ${sound.said} said`;
  const expected = Math.floor(sound.played / ticksPerMs);
  return audio_end_ms === expected ? null : `${item_id} is cut at ${audio_end_ms} ms, ${expected} ms were played`;
}

/** After a clear no item of the conversation holds more sound than was played of it, nor words without sound. */
function uncut(speaker: Loudspeaker, { before, after, effects }: Taken): string | null {
  if (!effects.some((effect) => effect.do === 'clear-playback') || after.phase === 'closed') return null;
  const ids = new Set(entriesOf(before.conversation.items).map(({ item }) => item.id));
  for (const { item, audio, words, saidBy } of entriesOf(after.conversation.items)) {
    const sound = speaker.sounds.get(item.id);
    if (sound === undefined || !ids.has(item.id) || !isSpeech(item)) continue;
    const [held] = audio;
    if (held !== undefined && held.ticks > sound.played) return `${held.ticks} ticks of ${item.id} are left`;
    if (saidBy === null && sound.played === 0 && words !== '' && words !== null)
      return `${item.id} still says ${words}`;
  }
  return null;
}

/** A client may have created another item under the id of one that was deleted. */
function isSpeech(item: Item): boolean {
  return item.type === 'message' && item.role === 'assistant' && item.content[0]?.type === 'output_audio';
}

/**
 * The idle timeout counts from the end of playback: it runs after the conversation's last response and all that was heard
 * since, for exactly its time, and never while anything is heard.
 */
function idlesAfterPlayback(run: CoreRun): string | null {
  let isDue = false;
  return watched(
    run,
    (_, effect) => {
      if (effect.do === 'emit') isDue = dueAfter(effect.event, isDue);
      return null;
    },
    (speaker, { input, before, after, effects }) => {
      if (input.from === 'timer' && input.timer === 'idle') isDue = false;
      if (effects.some((effect) => effect.do === 'reset-vad')) isDue &&= sameDetection(before, after);
      if (after.phase === 'closed') return null;
      if (after.turn.phase === 'speaking') isDue = false;
      const runs = after.timers.idle !== undefined;
      const isHeard = speaker.playing.length > 0;
      if (runs && isHeard) return 'the idle timeout counts while something is heard';
      const idleMs = idleMsOf(after);
      if (isDue && idleMs !== null && !isHeard && !runs) return 'the idle timeout does not count';
      const armed = effects.findLast((effect) => effect.do === 'arm' && effect.timer === 'idle');
      if (armed?.do !== 'arm' || (input.from === 'server' && input.say === 'resumed')) return null;
      return armed.afterMs === idleMs ? null : `it counts ${armed.afterMs} ms, not ${idleMs}`;
    },
  );
}

function dueAfter(event: Extract<Effect, { do: 'emit' }>['event'], isDue: boolean): boolean {
  switch (event.type) {
    case 'response.done':
      return isDue || event.response.conversation_id !== null;
    case 'response.created':
    case 'input_audio_buffer.speech_started':
    case 'input_audio_buffer.timeout_triggered':
      return false;
    default:
      return isDue;
  }
}

function idleMsOf({ config, turn }: Session): number | null {
  const detection = config.audio.input.turn_detection;
  if (turn.phase === 'speaking' || detection === null || !('idle_timeout_ms' in detection)) return null;
  return detection.idle_timeout_ms;
}

function sameDetection(before: Session, after: Session): boolean {
  return (
    JSON.stringify(before.config.audio.input.turn_detection) === JSON.stringify(after.config.audio.input.turn_detection)
  );
}

/** Sound that the server plays itself, beside the events of it. */
export const playbackLaws: readonly CoreLaw[] = [
  { number: '23, sound', says: 'no sound of a response is played after it was cleared', broken: playsNothingCleared },
  { number: '23, told', says: 'clients are told what is heard, when it is', broken: tellsOfPlayback },
  { number: '23, truncated', says: 'what was not played leaves its item, and nothing else', broken: truncatesToPlayed },
  { number: '23, idle', says: 'the idle timeout counts from the end of playback', broken: idlesAfterPlayback },
];
