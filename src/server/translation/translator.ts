import { decodeSamples } from '../../audio/node/index.ts';
import type { TranslationRequest } from '../../core/translation/effect.ts';
import type { TranslationInput, TranslatorOutput } from '../../core/translation/input.ts';
import { AnswerBounds } from '../../engines/answer-bounds.ts';
import type { Pieces, Sound, SourceSpeech, Translated, VoiceQueue } from '../../engines/contract.ts';
import { longestSilenceMs } from '../../engines/within-time.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import { encodeAtLength, isLong } from '../session/long-sound.ts';
import { pump } from '../session/pump.ts';
import { createSpeechEncoder } from '../session/speech-encoder.ts';
import { timely } from '../session/timely.ts';
import type { TranslatingModel } from './model.ts';

export interface TranslatorOptions {
  readonly model: TranslatingModel;
  readonly clock: Clock;
  /** Where the texts that are to be spoken wait. Absent: nowhere. */
  readonly voices?: VoiceQueue;
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
  const { model, clock, log, feed, defer, soundOf, congestion, voices } = options;
  let controller = new AbortController();

  function translate(request: TranslationRequest): void {
    const { utteranceId } = request;
    const own = new AbortController();
    controller = own;
    const { signal } = own;
    const encoder = createSpeechEncoder('audio/pcm');
    const samples = decodeSamples(soundOf(utteranceId), 'audio/pcm');
    const heard = { samples, sampleRate: 24_000 };
    const speech: SourceSpeech = { ...request, sound: heard, ...(voices === undefined ? {} : { voices }) };
    const say = (output: TranslatorOutput): void => feed({ at: clock.now(), from: 'translator', utteranceId, output });
    const bounds = new AnswerBounds('The translator');
    const silenceMs = model.silenceMs?.response ?? longestSilenceMs;
    const source = (): Pieces<Translated> =>
      timely(model.translate(speech, signal), { signal, alarms: clock, silenceMs, who: 'The translator' });
    const take = (piece: Translated): Iterator<void> | void => {
      bounds.count(piece);
      if (piece.type !== 'sound') return say(piece);
      if (isLong(piece)) return atLength(piece);
      return say({ type: 'audio', audio: encoder.encode(piece) });
    };
    function* atLength(sound: Sound): Generator<void, void> {
      for (const audio of encodeAtLength(sound, encoder)) {
        if (audio !== null) say({ type: 'audio', audio });
        yield;
      }
    }
    const ended = (failure?: { readonly cause: unknown }): void => {
      if (failure !== undefined) {
        log.error('the translator failed', { utteranceId, err: failure.cause });
        say({ type: 'failed' });
        return own.abort();
      }
      say({ type: 'audio', audio: encoder.flush() });
      say({ type: 'end' });
    };
    pump<Translated>(source, { take, ended, congestion }, { signal, clock, defer });
  }

  return { translate, abort: () => controller.abort() };
}
