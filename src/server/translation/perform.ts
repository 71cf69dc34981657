import { encodeBase64 } from '../../audio/node/index.ts';
import type { TranslationEffect, TranslationTimer } from '../../core/translation/effect.ts';
import { serializeServerEvent, TranslationServerEvent } from '../../protocol/events/index.ts';
import { type Acts, carryOut } from '../session/acts.ts';
import { type AudioStore, createAudioStore } from '../session/audio-store.ts';
import { Outlet } from '../session/outlet.ts';
import { Timers } from '../session/timers.ts';
import { createVadWindows, type VadWindows } from '../session/vad-windows.ts';
import { createTranslator, type Translator, type TranslatorOptions } from './translator.ts';

/** The one format of a translation session's input and output. */
const format = 'audio/pcm';
const sampleRate = 24_000;
const bytesPerSecond = 48_000;

/** Carries out what a translation session wants done. Never throws: what fails comes back as an input. */
export interface TranslationPerformer {
  perform(effect: TranslationEffect): void;
  /** The wire has room again. */
  drained(): void;
  /** Memory that the session's sound takes. */
  readonly soundBytes: number;
  /** Stops everything under way and frees what the session held. */
  stop(): void;
}

export type TranslationPerformerOptions = Omit<TranslatorOptions, 'soundOf' | 'congestion'>;

export function createTranslationPerformer(options: TranslationPerformerOptions): TranslationPerformer {
  return new Performer(options);
}

class Performer implements TranslationPerformer {
  readonly #options: TranslationPerformerOptions;
  readonly #store: AudioStore;
  readonly #vadWindows: VadWindows;
  readonly #translator: Translator;
  readonly #outlet: Outlet;
  readonly #timers: Timers<TranslationTimer>;

  constructor(options: TranslationPerformerOptions) {
    this.#options = options;
    const { wire, limits, clock, feed } = options;
    const tooSlow = (): void => feed({ at: clock.now(), from: 'server', say: 'slow_reader' });
    this.#outlet = new Outlet({ wire, unsentBytes: limits.unsentBytes, clock, tooSlow });
    this.#timers = new Timers(clock, (timer) => feed({ at: clock.now(), from: 'timer', timer }));
    this.#store = createAudioStore(options.limits.bufferedAudioSeconds * bytesPerSecond);
    this.#vadWindows = createVadWindows(options.model.vad);
    this.#translator = createTranslator({
      ...options,
      soundOf: (utteranceId) => this.#takeSound(utteranceId),
      congestion: this.#outlet.congestion,
    });
  }

  perform(effect: TranslationEffect): void {
    carryOut(this.#acts, effect);
  }

  readonly #acts: Acts<TranslationEffect> = {
    emit: ({ event }) => this.#outlet.send(serializeServerEvent(event)),
    'emit-audio': ({ eventId, audio, elapsedMs }) => this.#sendAudio(eventId, audio, elapsedMs),
    'store-input': ({ audio }) => this.#storeInput(audio),
    'keep-input': ({ utteranceId, fromTick, toTick }) =>
      this.#store.keepInput(String(utteranceId), fromTick, toTick, format),
    'release-input': ({ beforeTick }) => this.#store.releaseInput(beforeTick),
    translate: ({ request }) => this.#translator.translate(request),
    abort: () => this.#translator.abort(),
    arm: ({ timer, afterMs }) => this.#timers.arm(timer, afterMs),
    disarm: ({ timer }) => this.#timers.disarm(timer),
    close: ({ code, reason }) => this.#options.wire.close(code, reason),
  };

  get soundBytes(): number {
    return this.#store.bytes;
  }

  drained(): void {
    this.#outlet.drained();
  }

  stop(): void {
    this.#timers.stop();
    this.#outlet.stop();
    this.#translator.abort();
    this.#options.model.close();
  }

  #sendAudio(eventId: string, audio: Uint8Array, elapsedMs: number): void {
    const delta = encodeBase64(audio);
    const event = TranslationServerEvent.outputAudioDelta(eventId, delta, elapsedMs, sampleRate, 1, 'pcm16');
    this.#outlet.send(serializeServerEvent(event));
  }

  #storeInput(audio: Uint8Array): void {
    this.#vadWindows.hear(this.#store.appendInput(audio, format), format);
    this.#options.defer(this.#judge);
  }

  /** One window at a time, so that an utterance's translation is under way before the next window is heard. */
  readonly #judge = (): void => {
    const heard = this.#vadWindows.next();
    if (heard === null) return;
    this.#options.defer(this.#judge);
    this.#options.feed({ at: this.#options.clock.now(), from: 'vad', ...heard });
  };

  /** The audio of an utterance, once: the translator has it from then on. */
  #takeSound(utteranceId: number): Uint8Array {
    const id = String(utteranceId);
    const bytes = this.#store.read(id, 0)?.bytes ?? new Uint8Array();
    this.#store.forget(id);
    return bytes;
  }
}
