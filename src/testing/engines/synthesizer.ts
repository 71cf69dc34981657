import assert from 'node:assert/strict';
import type { Sound } from '../../engines/contract.ts';
import type { SpeakOptions, Synthesizer } from '../../engines/synthesizer.ts';
import type { ContractOptions, ContractTest } from './contract-test.ts';
import { allPieces, letsReaderGo, type Start, stopsAfter } from './pieces.ts';
import { isSound, secondsOf } from './sounds.ts';

/** What a synthesizer speaks while its contract is checked. */
export interface SynthesizerContractOptions extends ContractOptions {
  /** A sentence in a language of the synthesizer. Default English. */
  readonly text?: string;
  /** A voice to speak it in. Default "marin". */
  readonly voice?: string;
}

const longestPieceMs = 100;

/** What one does not expect to be asked to say. */
const oddTexts = [
  '?!',
  '\u0000\u0007',
  '\ud83d',
  '<speak>&amp;</speak>',
  '[[h@loU]]',
  '-h --help',
  'ß 你好 سلام 😀',
  'x'.repeat(300),
];

/** What any synthesizer must keep. */
export function synthesizerContract(
  synthesizer: Synthesizer,
  options: SynthesizerContractOptions = {},
): readonly ContractTest[] {
  const { text = 'The quick brown fox jumps over the lazy dog.', voice = 'marin' } = options;
  const speaking =
    (words: string, rest: Partial<SpeakOptions> = {}): Start<Sound> =>
    (signal) =>
      synthesizer.speak(words, { signal, voice, speed: 1, ...rest });
  const speak = (words: string, rest?: Partial<SpeakOptions>): Promise<readonly Sound[]> =>
    allPieces(speaking(words, rest), options);
  return [
    {
      name: 'speaks a sentence in pieces of at most 100 ms at one rate',
      async run() {
        const sounds = await speak(text);
        areSpeech(sounds);
        assert.ok(secondsOf(sounds) > 0, 'a sentence has sound');
      },
    },
    {
      name: 'has no sound for text without anything to pronounce',
      async run() {
        assert.deepEqual(await Promise.all(['', ' ', '\n\t '].map((nothing) => speak(nothing))), [[], [], []]);
      },
    },
    {
      name: 'takes text of any kind',
      async run() {
        for (const sounds of await Promise.all(oddTexts.map((odd) => speak(odd)))) areSpeech(sounds);
      },
    },
    {
      name: 'falls back to a voice of its own',
      run: async () => areSpeech(await speak(text, { voice: 'no such voice' })),
    },
    {
      name: 'speaks faster and slower',
      async run() {
        const [slow, fast] = [await speak(text, { speed: 0.5 }), await speak(text, { speed: 1.5 })];
        assert.ok(secondsOf(slow) > secondsOf(fast), 'half the pace takes longer than one and a half of it');
      },
    },
    overlapTest(speak, text),
    ...stopTests(speaking(text.repeat(20)), options),
  ];
}

function overlapTest(speak: (words: string) => Promise<readonly Sound[]>, text: string): ContractTest {
  return {
    name: 'says several texts at the same time',
    async run() {
      const [one, other] = await Promise.all([speak(text), speak(`${text} ${text}`)]);
      areSpeech(one);
      areSpeech(other);
      assert.ok(secondsOf(other) > secondsOf(one), 'the longer text takes longer');
    },
  };
}

function stopTests(speaking: Start<Sound>, options: ContractOptions): readonly ContractTest[] {
  const stops = (pieces: number) => stopsAfter(speaking, pieces, { ...options, mayThrow: false });
  return [
    { name: 'does not begin after an abort', run: () => stops(0) },
    { name: 'ends early after an abort, without a throw', run: () => stops(1) },
    { name: 'lets a reader go who leaves early', run: () => letsReaderGo(speaking, options) },
  ];
}

function areSpeech(sounds: readonly Sound[]): void {
  for (const sound of sounds) {
    isSound(sound);
    const ms = (sound.samples.length * 1000) / sound.sampleRate;
    assert.ok(ms <= longestPieceMs, `a piece has at most 100 ms, not ${ms}`);
    assert.equal(sound.sampleRate, sounds[0]?.sampleRate, 'all pieces have one rate');
  }
}
