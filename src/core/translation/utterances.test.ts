import { describe, expect, it } from 'vitest';
import { cuts, errorOf, requests, translationScript } from '../../../test/translation/script.ts';
import { ticksPerMs } from '../audio-clock.ts';

const transcribed = { input: { transcription: { model: 'gpt-realtime-whisper' } } };

describe('an utterance', () => {
  it('is speech followed by half a second of silence, with a little of what came before', () => {
    const script = translationScript();
    script.hear(0, 1000);
    script.hear(1, 400);
    script.hear(0, 480);
    expect(cuts(script)).toEqual([]);
    script.hear(0, 20);
    expect(cuts(script)).toEqual([[700, 1900]]);
    expect(requests(script)).toEqual([
      { utteranceId: 0, language: 'en', transcription: null, noiseReduction: null, audioMs: 1200 },
    ]);
  });

  it('goes on through a shorter pause', () => {
    const script = translationScript();
    for (let i = 0; i < 3; i++) {
      script.hear(1, 200);
      script.hear(0, 400);
    }
    script.hear(0, 100);
    expect(cuts(script)).toEqual([[0, 1900]]);
  });

  it('goes on through a window that is almost speech', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0.4, 1000);
    expect(cuts(script)).toEqual([]);
    script.hear(0.3, 500);
    expect(cuts(script)).toEqual([[0, 1700]]);
  });

  it('does not begin with what is almost speech', () => {
    const script = translationScript();
    script.hear(0.4, 1000);
    script.hear(0, 1000);
    expect(cuts(script)).toEqual([]);
  });

  it('does not begin with a click', () => {
    const script = translationScript();
    script.hear(1, 40);
    script.hear(0, 2000);
    expect(cuts(script)).toEqual([]);
  });

  it('does not take audio of the one before it', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 500);
    script.hear(1, 200);
    script.hear(0, 500);
    expect(cuts(script)).toEqual([
      [0, 700],
      [700, 1400],
    ]);
  });

  it('is cut after a minute where nobody pauses', () => {
    const script = translationScript();
    script.hear(1, 61_000);
    script.hear(0, 500);
    expect(cuts(script)).toEqual([
      [0, 60_000],
      [60_000, 61_500],
    ]);
  });

  it('waits until the one before it is translated', () => {
    const script = translationScript({ audio: transcribed });
    script.hear(1, 200);
    script.hear(0, 500);
    script.hear(1, 200);
    script.hear(0, 500);
    expect(requests(script).map(({ utteranceId }) => utteranceId)).toEqual([0]);
    expect(script.translator(1, { type: 'output_text', text: 'too early' })).toEqual([]);
    script.translator(0, { type: 'end' });
    expect(requests(script).map(({ utteranceId }) => utteranceId)).toEqual([0, 1]);
    expect(script.translator(0, { type: 'output_text', text: 'too late' })).toEqual([]);
  });
});

describe('the input', () => {
  it('counts an odd byte when its other half comes', () => {
    const script = translationScript();
    script.append(4801);
    expect(script.state.input).toMatchObject({ endTick: 2400, spareBytes: 1 });
    script.append(4799);
    expect(script.state.input).toMatchObject({ endTick: 4800, spareBytes: 0 });
  });

  it('keeps no silence once speech was heard', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 600_000);
    const { startTick, endTick } = script.state.input;
    expect(endTick - startTick).toBeLessThanOrEqual(1300 * ticksPerMs);
  });

  it('refuses audio while too much waits to be translated, and takes it again when there is room', () => {
    const script = translationScript({ rules: { maxBufferedMs: 2000 } });
    script.hear(1, 400);
    script.hear(0, 500);
    expect(errorOf(script.append(1200 * 48, 'evt_9'))).toMatchObject({
      type: 'invalid_request_error',
      code: 'input_audio_buffer_full',
      param: 'audio',
      event_id: 'evt_9',
    });
    expect(script.state.input.endTick).toBe(900 * ticksPerMs);
    script.translator(0, { type: 'end' });
    expect(script.append(1200 * 48)).toEqual([]);
  });

  it('never fills up with speech that has no pause, as long as it is translated', () => {
    const script = translationScript({ rules: { maxBufferedMs: 2000 } });
    for (let i = 0; i < 10; i++) {
      expect(script.hear(1, 1000)).toEqual([]);
      script.translator(i, { type: 'end' });
    }
    expect(cuts(script)).toHaveLength(10);
  });
});
