import { describe, expect, it } from 'vitest';
import { apiUsage, responseUsage } from './usage.ts';

const counted = (value: unknown) => responseUsage(apiUsage.parse(value));

describe('responseUsage', () => {
  it('tells sound, images and what was cached from text', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      total_tokens: 130,
      prompt_tokens_details: { audio_tokens: 40, image_tokens: 10, cached_tokens: 64 },
      completion_tokens_details: { audio_tokens: 5, reasoning_tokens: 3 },
    };
    expect(counted(usage)).toEqual({
      total_tokens: 130,
      input_tokens: 100,
      output_tokens: 30,
      input_token_details: { text_tokens: 50, audio_tokens: 40, image_tokens: 10, cached_tokens: 64 },
      output_token_details: { text_tokens: 25, audio_tokens: 5 },
    });
  });

  it('adds up a total that is not given', () => {
    expect(counted({ input_tokens: 3, output_tokens: 4 })).toMatchObject({ total_tokens: 7 });
  });

  it.each([null, undefined, {}, 'many', { prompt_tokens: -1, completion_tokens: 2 }, { prompt_tokens: 1.5 }])(
    'counts nothing in %j',
    (usage) => {
      expect(counted(usage)).toBeUndefined();
    },
  );
});
