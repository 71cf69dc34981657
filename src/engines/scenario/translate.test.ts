import { describe, expect, it } from 'vitest';
import { never, pull, pullNow } from '../../../test/engines/turn.ts';
import { speech } from '../../../test/translation/source-speech.ts';
import type { Paced, Sound, Translated } from '../contract.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { scenarioModel } from './model.ts';
import { readScenario } from './read.ts';

function sessionOf(yaml: string, voice?: Synthesizer) {
  const options = voice === undefined ? {} : { voice };
  const { translate } = scenarioModel(readScenario(yaml, 'scenario.yaml'), options).open();
  if (translate === undefined) throw new Error('a scripted model translates');
  return translate;
}

/** Pieces at a glance: words in their language, sounds by their length. */
function glance(pieces: readonly Paced<Translated>[]): string[] {
  return pieces.map((piece) => {
    switch (piece.type) {
      case 'input_text':
        return `in ${piece.text}`;
      case 'output_text':
        return `out ${piece.text}`;
      case 'sound':
        return `${(piece.samples.length / piece.sampleRate) * 1000} ms`;
      case 'wait':
        return `wait ${piece.ms}`;
      default:
        return piece satisfies never;
    }
  });
}

describe('a scripted translation', () => {
  it('says what was heard, then each word of the translation with its sound', () => {
    const translate = sessionOf('translate: [{ input: bonjour à tous, output: good morning }]');
    expect(glance(pullNow(translate(speech, never)))).toEqual([
      'in bonjour ',
      'in à ',
      'in tous',
      'out good ',
      '300 ms',
      'out morning',
      '420 ms',
    ]);
  });

  it('takes its entries in order, one for each utterance, and then has nothing to say', () => {
    const translate = sessionOf('translate: [{ input: un, output: one }, { input: deux, output: two }]');
    const said = [1, 2, 3].map(() => glance(pullNow(translate(speech, never))));
    expect(said).toEqual([['in un', 'out one', '180 ms'], ['in deux', 'out two', '180 ms'], []]);
  });

  it('starts anew in every session', () => {
    const model = scenarioModel(readScenario('translate: [{ input: un, output: one }]', 'scenario.yaml'));
    for (let session = 0; session < 2; session++) {
      expect(glance(pullNow(model.open().translate?.(speech, never) ?? []))).toHaveLength(3);
    }
  });

  it('keeps the pace of the scenario', () => {
    const yaml = (unit: string) =>
      `{ pace: { first_ms: 100, delta_ms: 20, unit: ${unit} }, translate: [{ input: oui, output: ok }] }`;
    expect(glance(pullNow(sessionOf(yaml('char'))(speech, never)))).toEqual([
      'wait 100',
      'in o',
      'wait 20',
      'in u',
      'wait 20',
      'in i',
      'wait 20',
      'out o',
      '60 ms',
      'wait 20',
      'out k',
      '60 ms',
    ]);
    expect(glance(pullNow(sessionOf(yaml('all'))(speech, never)))).toEqual([
      'wait 100',
      'in oui',
      'wait 20',
      'out ok',
      '120 ms',
    ]);
  });

  it('may hear words without a translation, and translate without having heard words', () => {
    const translate = sessionOf('translate: [{ input: euh, output: "" }, { input: "", output: hm }]');
    expect(glance(pullNow(translate(speech, never)))).toEqual(['in euh']);
    expect(glance(pullNow(translate(speech, never)))).toEqual(['out hm', '120 ms']);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const translate = sessionOf('translate: [{ input: un deux, output: one two }]');
    const pieces: Paced<Translated>[] = [];
    for await (const piece of translate(speech, controller.signal)) {
      pieces.push(piece);
      if (piece.type === 'output_text') controller.abort();
    }
    expect(glance(pieces)).toEqual(['in un ', 'in deux', 'out one ']);
  });

  it('speaks the translation in one go and shares its sound among the words', async () => {
    const said: string[] = [];
    const whole: Sound = { samples: Int16Array.from({ length: 1000 }, (_, index) => index), sampleRate: 8000 };
    const voice: Synthesizer = {
      async *speak(text) {
        said.push(text);
        yield whole;
      },
    };
    const yaml = '{ voice: espeak, translate: [{ input: bonjour, output: abcd abcde }] }';
    const pieces = await pull(sessionOf(yaml, voice)(speech, never));
    expect(said).toEqual(['abcd abcde']);
    expect(glance(pieces)).toEqual(['in bonjour', 'out abcd ', '62.5 ms', 'out abcde', '62.5 ms']);
    const samples = pieces.flatMap((piece) => (piece.type === 'sound' ? [...piece.samples] : []));
    expect(samples).toEqual([...whole.samples]);
  });
});
