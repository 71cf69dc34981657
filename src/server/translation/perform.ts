import { encodeBase64 } from '../../audio/node/index.ts';
import type { TranslationEffect, TranslationTimer } from '../../core/translation/effect.ts';
import type { TranslationInput } from '../../core/translation/input.ts';
import { serializeServerEvent, TranslationServerEvent } from '../../protocol/events/index.ts';
import type { SessionLimits } from '../limits.ts';
import { type Acts, carryOut } from '../session/acts.ts';
import { type AudioStore, createAudioStore } from '../session/audio-store.ts';
import { Hearing } from '../session/hearing.ts';
import type { Hosting, Performer } from '../session/host.ts';
import { Timers } from '../session/timers.ts';
import { createTranslator, type Translator, type TranslatorOptions } from './translator.ts';

/** The one format of a translation session's input and output. */
const format = 'audio/pcm';
const sampleRate = 24_000;
const bytesPerSecond = 48_000;

export interface TranslationPerformerOptions
  extends Omit<TranslatorOptions, 'soundOf' | 'congestion' | 'feed' | 'defer'> {
  readonly limits: SessionLimits;
  readonly hosting: Hosting<TranslationInput>;
}

/** Carries out what a translation session wants done. */
export function createTranslationPerformer(options: TranslationPerformerOptions): Performer<TranslationEffect> {
  return new TranslationPerformer(options);
}

class TranslationPerformer implements Performer<TranslationEffect> {
  readonly #options: TranslationPerformerOptions;
  readonly #store: AudioStore;
  readonly #hearing: Hearing;
  readonly #translator: Translator;
  readonly #timers: Timers<TranslationTimer>;

  constructor(options: TranslationPerformerOptions) {
    this.#options = options;
    const { model, clock, limits, hosting } = options;
    const { feed, defer, congestion } = hosting;
    this.#timers = new Timers(clock, (timer) => feed({ at: clock.now(), from: 'timer', timer }));
    this.#store = createAudioStore(limits.bufferedAudioSeconds * bytesPerSecond);
    this.#hearing = new Hearing(model.vad, { clock, feed, defer });
    const soundOf = (utteranceId: number): Uint8Array => this.#takeSound(utteranceId);
    this.#translator = createTranslator({ ...options, feed, defer, congestion, soundOf });
  }

  perform(effect: TranslationEffect): void {
    carryOut(this.#acts, effect);
  }

  readonly #acts: Acts<TranslationEffect> = {
    emit: ({ event }) => this.#options.hosting.send(event, serializeServerEvent(event)),
    'emit-audio': ({ eventId, audio, elapsedMs }) => this.#sendAudio(eventId, audio, elapsedMs),
    'store-input': ({ audio }) => this.#hearing.hear(this.#store.appendInput(audio, format), format),
    'keep-input': ({ utteranceId, fromTick, toTick }) =>
      this.#store.keepInput(String(utteranceId), fromTick, toTick, format),
    'release-input': ({ beforeTick }) => this.#store.releaseInput(beforeTick),
    translate: ({ request }) => this.#translator.translate(request),
    abort: () => this.#translator.abort(),
    arm: ({ timer, afterMs }) => this.#timers.arm(timer, afterMs),
    disarm: ({ timer }) => this.#timers.disarm(timer),
    close: ({ code, reason }) => this.#options.hosting.close(code, reason),
  };

  get soundBytes(): number {
    return this.#store.bytes;
  }

  /** All that is kept is still to be translated. */
  shed(): void {}

  stop(): void {
    this.#timers.stop();
    this.#translator.abort();
    this.#options.model.close();
  }

  #sendAudio(eventId: string, audio: Uint8Array, elapsedMs: number): void {
    const delta = encodeBase64(audio);
    const event = TranslationServerEvent.outputAudioDelta(eventId, delta, elapsedMs, sampleRate, 1, 'pcm16');
    const seen = { type: event.type, bytes: audio.byteLength };
    this.#options.hosting.send(seen, serializeServerEvent(event));
  }

  /** The audio of an utterance, once: the translator has it from then on. */
  #takeSound(utteranceId: number): Uint8Array {
    const id = String(utteranceId);
    const bytes = this.#store.read(id, 0)?.bytes ?? new Uint8Array();
    this.#store.forget(id);
    return bytes;
  }
}
