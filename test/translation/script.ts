import { ticksPerMs } from '../../src/core/audio-clock.ts';
import type { TranslationAudio } from '../../src/core/translation/config.ts';
import type { TranslationEffect, TranslationRequest } from '../../src/core/translation/effect.ts';
import type { TranslationControl, TranslationInput, TranslatorOutput } from '../../src/core/translation/input.ts';
import { newTranslation } from '../../src/core/translation/new-session.ts';
import type { TranslationRules, TranslationState } from '../../src/core/translation/session.ts';
import { translationStep } from '../../src/core/translation/step.ts';
import type { TranslationServerEventMap } from '../../src/protocol/types.ts';

export type ServerEvent = TranslationServerEventMap[keyof TranslationServerEventMap];

/** An input without its time, which nothing in a translation session depends on. */
type Said<T = TranslationInput> = T extends TranslationInput ? Omit<T, 'at'> : never;

/** The core of a translation session driven by hand. No clock, no socket, no model. */
export interface TranslationScript {
  readonly state: TranslationState;
  /** Every event sent so far. */
  readonly events: readonly ServerEvent[];
  /** Every effect so far but the events and the bookkeeping of input audio. */
  readonly effects: readonly TranslationEffect[];
  /** Feeds one input; returns the events that it caused. */
  feed(input: Said): ServerEvent[];
  client(event: TranslationControl): ServerEvent[];
  append(bytes: number, eventId?: string | null): ServerEvent[];
  /** Appends sound and lets the vad judge it, window by window of 20 ms: 1 speech, 0 silence. */
  hear(probability: number, ms: number): ServerEvent[];
  translator(utteranceId: number, ...outputs: readonly TranslatorOutput[]): ServerEvent[];
}

const rules: TranslationRules = { maxAgeMs: 3_600_000, maxBufferedMs: 600_000 };

export function translationScript(
  options: {
    readonly rules?: Partial<TranslationRules>;
    readonly audio?: TranslationAudio;
    readonly seed?: number;
  } = {},
): TranslationScript {
  const opening = {
    id: `sess_${'t'.repeat(21)}`,
    rules: { ...rules, ...options.rules },
    seed: options.seed ?? 1,
    model: 'translator',
    at: 0,
  };
  let state = newTranslation(options.audio === undefined ? opening : { ...opening, audio: options.audio });
  const effects: TranslationEffect[] = [];
  const events: ServerEvent[] = [];

  function feed(input: Said): ServerEvent[] {
    const [after, caused] = translationStep(state, { ...input, at: 0 });
    state = after;
    effects.push(...caused.filter((effect) => !bookkeeping.has(effect.do)));
    const sent = caused.flatMap(eventOf);
    events.push(...sent);
    return sent;
  }

  function append(bytes: number, eventId: string | null = null): ServerEvent[] {
    return feed({ from: 'microphone', audio: new Uint8Array(bytes), eventId });
  }

  feed({ from: 'server', say: 'open' });
  return {
    get state() {
      return state;
    },
    events,
    effects,
    feed,
    append,
    client: (event) => feed({ from: 'client', event }),
    hear(probability, ms) {
      const windowTicks = 20 * ticksPerMs;
      return Array.from({ length: Math.round(ms / 20) }).flatMap(() => {
        const rejected = append(windowTicks * 2);
        return [...rejected, ...feed({ from: 'vad', endTick: state.input.endTick, windowTicks, probability })];
      });
    },
    translator: (utteranceId, ...outputs) =>
      outputs.flatMap((output) => feed({ from: 'translator', utteranceId, output })),
  };
}

const bookkeeping: ReadonlySet<TranslationEffect['do']> = new Set([
  'emit',
  'emit-audio',
  'store-input',
  'release-input',
]);

/** The event that an effect sends; of sound, its length in milliseconds stands for the base64. */
function eventOf(effect: TranslationEffect): ServerEvent[] {
  if (effect.do === 'emit') return [effect.event];
  if (effect.do !== 'emit-audio') return [];
  return [
    {
      type: 'session.output_audio.delta',
      event_id: effect.eventId,
      delta: `${effect.audio.byteLength / 48} ms`,
      elapsed_ms: effect.elapsedMs,
    },
  ];
}

export function typesOf(events: readonly { readonly type: string }[]): string[] {
  return events.map(({ type }) => type);
}

/** What was handed to the translator, in order. */
export function requests(script: TranslationScript): TranslationRequest[] {
  return script.effects.flatMap((effect) => (effect.do === 'translate' ? [effect.request] : []));
}

/** The utterances that were cut: from where to where, in milliseconds. */
export function cuts(script: TranslationScript): [number, number][] {
  return script.effects.flatMap((effect): [number, number][] =>
    effect.do === 'keep-input' ? [[effect.fromTick / ticksPerMs, effect.toTick / ticksPerMs]] : [],
  );
}

/** How the wire was closed: code and reason. */
export function closes(script: TranslationScript): [number, string][] {
  return script.effects.flatMap((effect): [number, string][] =>
    effect.do === 'close' ? [[effect.code, effect.reason]] : [],
  );
}

/** The error that is all there is. */
export function errorOf(events: readonly ServerEvent[]): unknown {
  const [event, ...rest] = events;
  if (event?.type !== 'error' || rest.length > 0) throw new Error(`not one error: ${typesOf(events).join(', ')}`);
  return event.error;
}
