import type { Paced, Pieces, Sound, Translated } from '../contract.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { toneSpeech } from '../tone-speech.ts';
import { unitsOf } from '../units.ts';
import { type Pacing, pacingOf } from './pacing.ts';
import type { Scenario } from './schema.ts';
import { shareOut, spokenWhole } from './sound-shares.ts';

/** What the script says was heard, and how it reads in the other language. */
type Entry = NonNullable<Scenario['translate']>[number];

/** The rate at which a translation session plays; what is made at it needs no resampling. */
const sampleRate = 24_000;

/** The scenario names no voice of the API's, and a translation session knows none. */
const voiceName = 'alloy';

/**
 * The words of the entry as they are said, then those of the translation, each with its sound; all at the scenario's
 * pace. Nothing where the script has run out. A plain iterable, except where a voice has to be waited for.
 */
export function translate(
  entry: Entry | null,
  scenario: Scenario,
  voice: Synthesizer | null,
  signal: AbortSignal,
): Pieces<Translated> {
  if (entry === null) return [];
  const pacing = pacingOf(scenario, null);
  if (voice !== null) return translateWithVoice(entry, pacing, voice, signal);
  const words = unitsOf(entry.output, pacing.unit);
  return play(entry.input, { words, sounds: words.map((word) => toneSpeech(word, sampleRate)) }, pacing, signal);
}

interface Speech {
  readonly words: readonly string[];
  /** One for each word; none at all where the words have no sound. */
  readonly sounds: readonly Sound[];
}

/** The translation is spoken in one go, for its melody, and its sound then shared out among the words. */
async function* translateWithVoice(
  { input, output }: Entry,
  pacing: Pacing,
  voice: Synthesizer,
  signal: AbortSignal,
): AsyncGenerator<Paced<Translated>, void> {
  const whole = await spokenWhole(voice.speak(output, { signal, voice: voiceName, speed: 1 }));
  const words = unitsOf(output, pacing.unit);
  const sounds = whole === null ? [] : shareOut(whole, words);
  yield* play(input, { words, sounds }, pacing, signal);
}

function* play(input: string, speech: Speech, pacing: Pacing, signal: AbortSignal): Generator<Paced<Translated>, void> {
  for (const piece of pieces(input, speech, pacing)) {
    if (signal.aborted) return;
    yield piece;
  }
}

function* pieces(input: string, { words, sounds }: Speech, pacing: Pacing): Generator<Paced<Translated>, void> {
  for (const text of unitsOf(input, pacing.unit)) {
    yield* pacing.beforeDelta();
    yield { type: 'input_text', text };
  }
  for (const [index, text] of words.entries()) {
    yield* pacing.beforeDelta();
    yield { type: 'output_text', text };
    const sound = sounds[index];
    if (sound !== undefined && sound.samples.length > 0) yield { type: 'sound', ...sound };
  }
}
