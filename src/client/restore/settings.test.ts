import { describe, expect, it } from 'vitest';
import { mergedSettings } from './settings.ts';

describe('settings to make again', () => {
  it('are the first ones as they are', () => {
    const update = { type: 'realtime' as const, instructions: 'a' };
    expect(mergedSettings(null, update)).toBe(update);
  });

  it('keep what a later update leaves out, and merge input and output field by field', () => {
    const merged = mergedSettings(
      {
        type: 'realtime',
        instructions: 'a',
        tools: [],
        audio: { input: { turn_detection: null, transcription: { model: 'whisper-1' } }, output: { voice: 'ash' } },
      },
      { type: 'realtime', instructions: 'b', audio: { input: { transcription: null }, output: { speed: 1.2 } } },
    );
    expect(merged).toEqual({
      type: 'realtime',
      instructions: 'b',
      tools: [],
      audio: { input: { turn_detection: null, transcription: null }, output: { voice: 'ash', speed: 1.2 } },
    });
  });

  it('have no audio where nobody set any', () => {
    expect(mergedSettings({ type: 'realtime' }, { type: 'realtime', tracing: null })).toEqual({
      type: 'realtime',
      tracing: null,
    });
  });
});
