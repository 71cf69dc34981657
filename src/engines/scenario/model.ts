import type { Model, ModelSession } from '../contract.ts';
import { energyVad } from '../energy-vad.ts';
import { espeakVoice } from '../espeak.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { hear } from './hear.ts';
import { respond } from './respond.ts';
import type { Scenario } from './schema.ts';
import { translate } from './translate.ts';

/** What speaks for a scenario. */
export interface ScenarioModelOptions {
  /** Speaks for `voice: espeak`. Default espeak-ng, which must then be installed. */
  readonly voice?: Synthesizer;
}

/**
 * A model that plays a script. Every session starts it anew: the seed, and the first entries of `hear` and `translate`.
 * Throws if the scenario says `voice: espeak` and espeak-ng is not installed.
 */
export function scenarioModel(scenario: Scenario, options: ScenarioModelOptions = {}): Model {
  const voice = scenario.voice === 'espeak' ? (options.voice ?? espeakVoice()) : null;
  return { open: () => openSession(scenario, voice) };
}

function openSession(scenario: Scenario, voice: Synthesizer | null): ModelSession {
  let heard = 0;
  let translated = 0;
  return {
    ...(scenario.seed === undefined ? {} : { seed: scenario.seed }),
    transcribesFirst: true,
    vad: energyVad,
    respond: (turn, signal) => respond(scenario, voice, turn, signal),
    // The entry is taken when the item is committed, not when the words are pulled: commits keep their order.
    transcribe: (utterance, signal) => hear(scenario.hear?.[heard++] ?? '', utterance, signal),
    silenceMs: { response: Number.POSITIVE_INFINITY },
    translate: ({ voices }, signal) =>
      translate(scenario.translate?.[translated++] ?? null, scenario, { voice, voices }, signal),
    close: () => {},
  };
}
