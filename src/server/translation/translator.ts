import { decodeSamples } from '../../audio/node/index.ts';
import type { TranslationRequest } from '../../core/translation/effect.ts';
import type { TranslationInput, TranslatorOutput } from '../../core/translation/input.ts';
import type { Pieces, SourceSpeech, Translated } from '../../engines/contract.ts';
import type { Wire } from '../../wire/wire.ts';
import type { Clock } from '../clock.ts';
import type { SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import { pump } from '../pump.ts';
import { createSpeechEncoder, type SpeechEncoder } from '../speech-encoder.ts';
import type { TranslatingModel } from './model.ts';

export interface TranslatorOptions {
  readonly wire: Wire;
  readonly model: TranslatingModel;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly log: SessionLog;
  readonly feed: (input: TranslationInput) => void;
  readonly defer: (task: () => void) => void;
  /** 24 kHz PCM16 bytes of an utterance; asked for once. */
  readonly soundOf: (utteranceId: number) => Uint8Array;
  /** Null while the reader keeps up; else calls back once it has caught up. */
  readonly congestion: () => ((resume: () => void) => void) | null;
}

/** What a model is doing for one translation session: one utterance at a time. */
export interface Translator {
  translate(request: TranslationRequest): void;
  /** Stops the model at once; nothing that it still says is heard. */
  abort(): void;
}

export function createTranslator(options: TranslatorOptions): Translator {
  const { model, clock, log, feed, defer, soundOf, congestion } = options;
  let controller = new AbortController();

  function translate(request: TranslationRequest): void {
    const { utteranceId } = request;
    controller = new AbortController();
    const { signal } = controller;
    const encoder = createSpeechEncoder('audio/pcm');
    const samples = decodeSamples(soundOf(utteranceId), 'audio/pcm');
    const speech: SourceSpeech = { ...request, sound: { samples, sampleRate: 24_000 } };
    const say = (output: TranslatorOutput): void => feed({ at: clock.now(), from: 'translator', utteranceId, output });
    const source = (): Pieces<Translated> => model.translate(speech, signal);
    const take = (piece: Translated): void => say(outputOf(piece, encoder));
    const ended = (failure?: { readonly cause: unknown }): void => {
      if (failure !== undefined) {
        log.error('the translator failed', { utteranceId, err: failure.cause });
        return say({ type: 'failed' });
      }
      say({ type: 'audio', audio: encoder.flush() });
      say({ type: 'end' });
    };
    pump<Translated>(source, { take, ended, congestion }, { signal, clock, defer });
  }

  return { translate, abort: () => controller.abort() };
}

function outputOf(piece: Translated, encoder: SpeechEncoder): TranslatorOutput {
  return piece.type === 'sound' ? { type: 'audio', audio: encoder.encode(piece) } : piece;
}
