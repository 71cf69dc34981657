import { ticksPerMs } from '../core/audio-clock.ts';
import { contextTokens, instructionTokens } from '../core/defaults.ts';
import type { Effect } from '../core/effect.ts';
import type { Input } from '../core/input.ts';
import { newSession } from '../core/new-session.ts';
import type { ModelOutput } from '../core/response/model-output.ts';
import type { Session, SessionRules } from '../core/session.ts';
import { step } from '../core/step.ts';
import type { TranscriberOutput } from '../core/transcription/transcriber-output.ts';
import type { ClientEventMap, ServerEventMap } from '../protocol/types.ts';

type ClientEvent = ClientEventMap[keyof ClientEventMap];
type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** An input without its time, which the script keeps. */
type Said<T = Input> = T extends Input ? Omit<T, 'at'> : never;

/** The core of a session driven by hand: every call returns what it caused. No clock, no socket, no model. */
export interface SessionScript {
  readonly session: Session;
  /** Every event sent so far. */
  readonly events: readonly ServerEvent[];
  /** Feeds one input; returns the events that it caused. */
  feed(input: Said): ServerEvent[];
  /** The effects of the last input, events left out. */
  readonly effects: readonly Effect[];
  /** The effects of all inputs so far, events left out. */
  readonly allEffects: readonly Effect[];
  client(event: ClientEvent, audio?: readonly (Uint8Array | null)[]): ServerEvent[];
  /** Appends so many milliseconds of 24 kHz PCM. */
  append(ms: number): ServerEvent[];
  /** Appends sound and lets the vad judge it, window by window of 20 ms: 1 speech, 0 silence. */
  hear(probability: number, ms: number): ServerEvent[];
  model(responseId: string, ...outputs: readonly ModelOutput[]): ServerEvent[];
  transcriber(itemId: string, ...outputs: readonly TranscriberOutput[]): ServerEvent[];
}

const rules: SessionRules = {
  maxAgeMs: 3_600_000,
  maxBufferedMs: 600_000,
  maxResponses: 32,
  maxItems: 100_000,
  maxBytes: 32_000_000,
  keptSoundBytes: 5_760_000,
  transcribesFirst: false,
  transcribesStream: false,
  preempts: false,
  reasons: true,
  contextTokens,
  instructionTokens,
  sendConversationCreated: false,
};

export interface ScriptOptions {
  /** Default `test-model`. */
  readonly model?: string | null;
  /** Over rules that bound little. */
  readonly rules?: Partial<SessionRules>;
  /** Of the ids. Default 1. */
  readonly seed?: number;
  /** The server plays the sound itself. Default false. */
  readonly hasMedia?: boolean;
}

/** Opens a session; `session.created` is its first event. `model` null opens a transcription session. */
export function sessionScript(options: ScriptOptions = {}): SessionScript {
  const model = options.model === undefined ? 'test-model' : options.model;
  let session = newSession({
    id: 'sess_test',
    rules: { ...rules, ...options.rules },
    seed: options.seed ?? 1,
    model,
    hasMedia: options.hasMedia ?? false,
    at: 0,
  });
  let effects: readonly Effect[] = [];
  const allEffects: Effect[] = [];
  const events: ServerEvent[] = [];

  function feed(input: Said): ServerEvent[] {
    [session, effects] = step(session, { ...input, at: 0 });
    const sent = effects.flatMap(eventOf);
    events.push(...sent);
    allEffects.push(...effects.filter((effect) => effect.do !== 'emit'));
    return sent;
  }

  function append(ms: number): ServerEvent[] {
    return feed({ from: 'microphone', audio: new Uint8Array(ms * 48), eventId: null });
  }

  feed({ from: 'server', say: 'open' });
  return {
    get session() {
      return session;
    },
    get effects() {
      return effects.filter((effect) => effect.do !== 'emit');
    },
    allEffects,
    events,
    feed,
    append,
    client: (event, audio) => feed(audio === undefined ? { from: 'client', event } : { from: 'client', event, audio }),
    hear(probability, ms) {
      const windowTicks = 20 * ticksPerMs;
      return Array.from({ length: Math.round(ms / 20) }).flatMap(() => {
        append(20);
        return feed({ from: 'vad', endTick: session.buffer.endTick, windowTicks, probability });
      });
    },
    model: (responseId, ...outputs) => outputs.flatMap((output) => feed({ from: 'model', responseId, output })),
    transcriber: (itemId, ...outputs) => outputs.flatMap((output) => feed({ from: 'transcriber', itemId, output })),
  };
}

/** The event that an effect sends, as far as the core knows it: audio stays outside. */
function eventOf(effect: Effect): ServerEvent[] {
  if (effect.do === 'emit') return [effect.event];
  if (effect.do === 'emit-retrieved') {
    return [{ type: 'conversation.item.retrieved', event_id: effect.eventId, item: effect.item }];
  }
  if (effect.do !== 'emit-audio') return [];
  return [
    {
      type: 'response.output_audio.delta',
      event_id: effect.eventId,
      response_id: effect.responseId,
      item_id: effect.itemId,
      output_index: effect.outputIndex,
      content_index: effect.contentIndex,
      delta: '',
    },
  ];
}

/** The types of events, for comparing an order at a glance. */
export function typesOf(events: readonly { readonly type: string }[]): string[] {
  return events.map(({ type }) => type);
}
