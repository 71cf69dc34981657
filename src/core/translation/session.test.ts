import { describe, expect, it } from 'vitest';
import { errorOf, requests, translationScript, typesOf } from '../../../test/translation/script.ts';

const transcribed = { input: { transcription: { model: 'gpt-realtime-whisper' } } };

describe('a translation session', () => {
  it('greets with its whole configuration, once and first', () => {
    const { events } = translationScript();
    expect(events).toEqual([
      {
        type: 'session.created',
        event_id: expect.stringMatching(/^event_\w{21}$/),
        session: {
          type: 'translation',
          id: expect.stringMatching(/^sess_\w{21}$/),
          model: 'translator',
          audio: { input: { transcription: null, noise_reduction: null }, output: { language: 'en' } },
          expires_at: 3600,
        },
      },
    ]);
  });

  it('starts from the configuration it is given', () => {
    const { events } = translationScript({ audio: { ...transcribed, output: { language: 'es' } } });
    expect(events[0]).toMatchObject({
      session: {
        audio: {
          input: { transcription: { model: 'gpt-realtime-whisper' }, noise_reduction: null },
          output: { language: 'es' },
        },
      },
    });
  });
});

describe('session.update', () => {
  const update = (script: ReturnType<typeof translationScript>, audio: object) =>
    script.client({ type: 'session.update', session: { audio } })[0];

  it('changes what it names, keeps the rest, and is answered with all of it', () => {
    const script = translationScript();
    update(script, { output: { language: 'de' } });
    update(script, { input: { transcription: { model: 'w', language: 'fr' } } });
    expect(update(script, { input: { noise_reduction: { type: 'far_field' } } })).toMatchObject({
      type: 'session.updated',
      session: {
        type: 'translation',
        id: script.state.config.id,
        model: 'translator',
        expires_at: 3600,
        audio: {
          input: {
            transcription: { model: 'w', language: 'fr' },
            noise_reduction: { type: 'far_field', strength: 1 },
          },
          output: { language: 'de' },
        },
      },
    });
  });

  it('clears with null', () => {
    const script = translationScript({
      audio: { input: { transcription: { model: 'w' }, noise_reduction: { type: 'near_field' } } },
    });
    update(script, { input: { transcription: null } });
    expect(script.state.config.audio.input).toEqual({
      transcription: null,
      noise_reduction: { type: 'near_field', strength: 1 },
    });
    update(script, { input: { noise_reduction: null } });
    expect(script.state.config.audio.input.noise_reduction).toBeNull();
  });

  it('keeps the strength of noise reduction where it gives none, until that is switched off', () => {
    const script = translationScript();
    update(script, { input: { noise_reduction: { type: 'near_field', strength: 0.3 } } });
    update(script, { input: { noise_reduction: { type: 'far_field' } } });
    expect(script.state.config.audio.input.noise_reduction).toEqual({ type: 'far_field', strength: 0.3 });
    update(script, { input: { noise_reduction: null } });
    update(script, { input: { noise_reduction: { type: 'near_field' } } });
    expect(script.state.config.audio.input.noise_reduction).toEqual({ type: 'near_field', strength: 1 });
  });

  it('is answered even where nothing changes', () => {
    const script = translationScript();
    expect(typesOf(script.client({ type: 'session.update', session: {} }))).toEqual(['session.updated']);
  });

  it('holds for utterances whose translation begins after it', () => {
    const script = translationScript();
    script.hear(1, 200);
    update(script, { ...transcribed, output: { language: 'it' } });
    script.hear(0, 500);
    update(script, { input: { transcription: null }, output: { language: 'pt' } });
    expect(requests(script)).toMatchObject([{ language: 'it', transcription: { model: 'gpt-realtime-whisper' } }]);
    expect(typesOf(script.translator(0, { type: 'input_text', text: 'ciao' }))).toEqual([
      'session.input_transcript.delta',
    ]);
  });
});

describe('a refused frame', () => {
  it('is answered with its error and changes nothing', () => {
    const script = translationScript();
    const error = { type: 'invalid_request_error', code: 'invalid_json', message: 'no', param: null, event_id: null };
    const { ids: _, ...before } = script.state;
    expect(errorOf(script.feed({ from: 'refusal', error }))).toEqual(error);
    expect(script.state).toMatchObject(before);
  });
});
