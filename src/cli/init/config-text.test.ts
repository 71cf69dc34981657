import { describe, expect, it } from 'vitest';
import { readConfig } from '../config/read.ts';
import { type Answers, configText } from './config-text.ts';

const answers: Answers = {
  name: '*',
  transcriber: 'none',
  languageModel: { engine: 'openai', base_url: 'http://localhost:11434/v1', model: 'qwen3:8b' },
  synthesizer: 'espeak',
  instructions: '',
};

describe('the file that init writes', () => {
  it('says what was answered, and where its schema is', () => {
    expect(configText(answers, './schema.json')).toBe(`# yaml-language-server: $schema=./schema.json
# Read by \`antiphon serve\`, checked by \`antiphon check-config\`; a SIGHUP makes a running server read it again.
# "*" answers to every name that clients ask for.
models:
  "*":
    pipeline:
      vad: silero
      transcriber: none
      language_model:
        engine: openai
        base_url: http://localhost:11434/v1
        model: qwen3:8b
      synthesizer: espeak
`);
  });

  it.each([
    'Be brief.',
    'Say "hello": first # and\nthen - wait.',
    '  - not a list',
    'Pay ${PRICE} or $${more}.',
    'true',
    'a\tb\nc \x1b[2J \x9b \u202e',
  ])('reads as it was answered: %j', (instructions) => {
    const { values } = readConfig(configText({ ...answers, name: 'my: model', instructions }, 's'), 'a.yaml', {});
    expect(values).toEqual({
      models: {
        'my: model': {
          pipeline: {
            vad: 'silero',
            transcriber: 'none',
            language_model: answers.languageModel,
            synthesizer: 'espeak',
            instructions: instructions.trim(),
          },
        },
      },
    });
  });

  it('shows what an endpoint lists, and lets it do nothing to a terminal', () => {
    const model = 'qwen\x1b]0;mine\x07\u202e\x9b\u2028';
    const languageModel = { ...answers.languageModel, model } as Answers['languageModel'];
    const text = configText({ ...answers, name: model, languageModel }, 's');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    const { values } = readConfig(text, 'a.yaml', {});
    expect(values.models?.[model]?.pipeline?.language_model).toMatchObject({ model });
  });
});
