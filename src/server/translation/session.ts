import type { TranslationAudio } from '../../core/translation/config.ts';
import type { TranslationEffect } from '../../core/translation/effect.ts';
import type { TranslationInput } from '../../core/translation/input.ts';
import { newTranslation } from '../../core/translation/new-session.ts';
import type { TranslationRules, TranslationState } from '../../core/translation/session.ts';
import { translationStep } from '../../core/translation/step.ts';
import { noMeter } from '../metering/meter.ts';
import type { Hint } from '../observability/observation/wire-event.ts';
import { type HostOptions, host, type SessionHandle } from '../session/host.ts';
import { metered, soundWithin } from '../session/metered.ts';
import { randomWords } from '../session/random-words.ts';
import { newSessionId } from '../session/session-id.ts';
import { admitTranslation } from './admit.ts';
import type { TranslatingModel } from './model.ts';
import { createTranslationPerformer } from './perform.ts';

/** What a translation session is opened with. */
export interface TranslationOptions extends HostOptions {
  readonly model: TranslatingModel;
  readonly modelName: string;
  /** Where the configuration starts from, such as a client secret's. Default: nothing set. */
  readonly audio?: TranslationAudio;
}

/** Sound of clients is PCM16 at 24 kHz. */
const bytesPerMs = 48;

/** Opens a translation session on an accepted wire: `session.created` is sent at once, then the client is heard. */
export function openTranslation(options: TranslationOptions): SessionHandle {
  const { modelName: model, clock, limits, meter = noMeter } = options;
  const within = soundWithin(meter, clock);
  const first = beginning(options);
  const { id } = first.config;
  const log = options.log.child({ session: id });
  const session = host<TranslationState, TranslationInput, TranslationEffect>(
    { ...options, log },
    {
      facts: { id, kind: 'translation', model },
      first,
      opening: { at: clock.now(), from: 'server', say: 'open' },
      step: (state, input) =>
        translationStep(
          state,
          input.from === 'microphone' ? within(input, input.audio.byteLength / bytesPerMs) : input,
        ),
      hint: utteranceOver,
      read: (text, at) => admitTranslation(text, at, limits.frameBytes),
      sizeOf: () => 0,
      performer: (hosting) => createTranslationPerformer({ ...options, log, hosting: metered(hosting, meter, clock) }),
    },
  );
  log.info('session opened', { model, kind: 'translation' });
  return session;
}

/** An utterance is over with the last that its translator says. */
function utteranceOver(input: TranslationInput): Hint | null {
  const isLast = input.from === 'translator' && (input.output.type === 'end' || input.output.type === 'failed');
  return isLast ? { hint: 'utterance_over' } : null;
}

/** The session before its first input. */
function beginning({ model, modelName, clock, limits, audio, nodeName }: TranslationOptions): TranslationState {
  const rules: TranslationRules = {
    maxAgeMs: limits.sessionMinutes * 60_000,
    maxBufferedMs: limits.bufferedAudioSeconds * 1000,
  };
  const seed = model.seed ?? randomWords();
  const opening = { id: newSessionId(nodeName), rules, seed, model: modelName, at: clock.now() };
  return newTranslation(audio === undefined ? opening : { ...opening, audio });
}
