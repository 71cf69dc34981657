import { describe, expect, it } from 'vitest';
import { readConfig } from '../config/read.ts';
import { deafness, lacksOf, muteness } from './lacks.ts';

const openai = '{ engine: openai, model: m }';

function enginesOf(transcriber: string, languageModel: string, synthesizer = openai) {
  const yaml = `models: { a: { pipeline: { transcriber: ${transcriber}, language_model: ${languageModel}, synthesizer: ${synthesizer} } } }`;
  const pipeline = readConfig(yaml, 'a.yaml', {}).values.models?.['a']?.pipeline;
  if (pipeline === undefined) throw new Error('no pipeline');
  return pipeline;
}

describe('a pipeline that lacks something', () => {
  it.each(['none', '{ engine: none }'])('is deaf with the transcriber %s and a model that reads', (none) => {
    expect(deafness(enginesOf(none, openai))).toMatch(
      /^understands nothing that is spoken: .*"\[inaudible\]".*Speaches/,
    );
  });

  it.each([
    ['a transcriber', openai, openai],
    ['a transcriber of the user', '{ engine: ./words.js }', openai],
    ['a model that hears', 'none', '{ engine: openai, model: m, hears: true }'],
    ['a model of the user, of which nobody knows', 'none', '{ engine: ./mind.js }'],
  ])('is not deaf with %s', (_, transcriber, languageModel) => {
    expect(deafness(enginesOf(transcriber, languageModel))).toBeNull();
  });

  it.each(['tone', '{ engine: tone }'])('has no voice with the synthesizer %s', (tone) => {
    expect(muteness(enginesOf(openai, openai, tone))).toMatch(/^answers in tones instead of speech\. .*espeak.*Kokoro/);
  });

  it.each([openai, 'espeak', '{ engine: espeak, language: de }', '{ engine: ./voice.js }'])(
    'has one with %s',
    (voice) => {
      expect(muteness(enginesOf(openai, openai, voice))).toBeNull();
    },
  );

  it('may lack both', () => {
    expect(lacksOf(enginesOf('none', openai, 'tone'))).toHaveLength(2);
    expect(lacksOf(enginesOf(openai, openai))).toEqual([]);
  });
});
