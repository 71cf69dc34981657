import type { Paced, Pieces, Sound, Translated, VoiceQueue } from '../contract.ts';
import { speakInTurn } from '../speak-in-turn.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { tonesOf } from '../tone-speech.ts';
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
  { voice, voices }: { readonly voice: Synthesizer | null; readonly voices: VoiceQueue | undefined },
  signal: AbortSignal,
): Pieces<Translated> {
  if (entry === null) return [];
  const pacing = pacingOf(scenario, null);
  if (voice !== null) return translateWithVoice(entry, pacing, { voice, voices }, signal);
  const said = unitsOf(entry.output, pacing.unit);
  return play(entry.input, { words: said, sound: (word) => tonesOf(word, sampleRate) }, pacing, signal);
}

interface Speech {
  readonly words: Iterable<string>;
  /** Asked for each word, in order. */
  readonly sound: (word: string) => Iterable<Sound>;
}

/** The translation is spoken in one go, for its melody, and its sound then shared out among the words. */
async function* translateWithVoice(
  { input, output }: Entry,
  pacing: Pacing,
  { voice, voices }: { readonly voice: Synthesizer; readonly voices: VoiceQueue | undefined },
  signal: AbortSignal,
): AsyncGenerator<Paced<Translated>, void> {
  const whole = await spokenWhole(speakInTurn(voice, output, { signal, voice: voiceName, speed: 1 }, { voices }));
  const words = [...unitsOf(output, pacing.unit)];
  const shares = whole === null ? [] : shareOut(whole, words);
  let next = 0;
  yield* play(input, { words, sound: () => shares.slice(next, ++next) }, pacing, signal);
}

function* play(input: string, speech: Speech, pacing: Pacing, signal: AbortSignal): Generator<Paced<Translated>, void> {
  for (const piece of pieces(input, speech, pacing)) {
    if (signal.aborted) return;
    yield piece;
  }
}

function* pieces(input: string, { words, sound: soundOf }: Speech, pacing: Pacing): Generator<Paced<Translated>, void> {
  for (const text of unitsOf(input, pacing.unit)) {
    yield* pacing.beforeDelta();
    yield { type: 'input_text', text };
  }
  for (const text of words) {
    yield* pacing.beforeDelta();
    yield { type: 'output_text', text };
    for (const sound of soundOf(text)) if (sound.samples.length > 0) yield { type: 'sound', ...sound };
  }
}
