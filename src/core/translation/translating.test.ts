import { describe, expect, it } from 'vitest';
import { errorOf, requests, translationScript } from '../../../test/translation/script.ts';

const transcribed = { input: { transcription: { model: 'gpt-realtime-whisper' } } };

describe('what the translator says', () => {
  function uttered(options: Parameters<typeof translationScript>[0] = {}) {
    const script = translationScript(options);
    script.hear(0, 300);
    script.hear(1, 400);
    script.hear(0, 500);
    return script;
  }

  it('is told with the place in the input it belongs to, in steps of 200 ms', () => {
    const script = uttered({ audio: transcribed });
    script.hear(0, 3000);
    const sent = script.translator(
      0,
      { type: 'input_text', text: 'bonjour' },
      { type: 'output_text', text: 'good ' },
      { type: 'audio', audio: new Uint8Array(4800) },
    );
    const event_id = expect.stringMatching(/^event_/);
    expect(sent).toEqual([
      { type: 'session.input_transcript.delta', event_id, delta: 'bonjour', elapsed_ms: 1200 },
      { type: 'session.output_transcript.delta', event_id, delta: 'good ', elapsed_ms: 1200 },
      { type: 'session.output_audio.delta', event_id, delta: '100 ms', elapsed_ms: 1200 },
    ]);
    expect(new Set(script.events.map((event) => event.event_id)).size).toBe(4);
  });

  it('leaves out the input transcript where nobody asked for it', () => {
    const script = uttered();
    expect(script.translator(0, { type: 'input_text', text: 'bonjour' })).toEqual([]);
  });

  it('leaves out words and sound that are empty', () => {
    const script = uttered({ audio: transcribed });
    const sent = script.translator(
      0,
      { type: 'input_text', text: '' },
      { type: 'output_text', text: '' },
      { type: 'audio', audio: new Uint8Array() },
    );
    expect(sent).toEqual([]);
  });

  it('is cut into sounds of at most 400 ms', () => {
    const script = uttered();
    const sent = script.translator(0, { type: 'audio', audio: new Uint8Array(1000 * 48) });
    expect(sent.map((event) => (event.type === 'session.output_audio.delta' ? event.delta : ''))).toEqual([
      '400 ms',
      '400 ms',
      '200 ms',
    ]);
  });

  it('becomes an error where it fails, and the next utterance is translated all the same', () => {
    const script = uttered();
    script.hear(1, 200);
    script.hear(0, 500);
    expect(errorOf(script.translator(0, { type: 'failed' }))).toMatchObject({
      type: 'server_error',
      code: 'internal_error',
      param: null,
      event_id: null,
    });
    expect(requests(script)).toHaveLength(2);
  });
});
