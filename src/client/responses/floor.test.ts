import { describe, expect, it } from 'vitest';
import type { AnyServerEvent } from '../events/server-event.ts';
import { begun, emptyFloor, type Floor, foldFloor, isServerCommit } from './floor.ts';

const fold = (...events: { readonly type: string; readonly [field: string]: unknown }[]): Floor =>
  events.reduce((floor, event) => foldFloor(floor, event as AnyServerEvent), emptyFloor);

const settings = (turn_detection: object | null, type = 'realtime') => ({
  type: 'session.updated',
  session: { type, audio: { input: { turn_detection } } },
});
const vad = { type: 'server_vad', threshold: 0.5 };
const about = (what: string, item_id = 'a') => ({ type: `input_audio_buffer.${what}`, item_id });

describe("the user's turn", () => {
  it('is on from the first speech until the server begins its answer', () => {
    const speaking = fold(settings(vad), about('speech_started'));
    expect(speaking.turn).toEqual({ phase: 'speaking', itemId: 'a' });
    const stopped = foldFloor(speaking, about('speech_stopped') as AnyServerEvent);
    expect(stopped.turn.phase).toBe('speaking');
    expect(isServerCommit(stopped, 'a')).toBe(true);
    const owed = foldFloor(stopped, about('committed') as AnyServerEvent);
    expect(owed.turn.phase).toBe('owed');
    expect(isServerCommit(owed, 'a')).toBe(false);
    expect(begun(owed, 'resp_1')).toMatchObject({ active: 'resp_1', turn: { phase: 'none' } });
  });

  it('is the silence that the server takes for a turn', () => {
    expect(fold(settings(vad), about('timeout_triggered'), about('committed')).turn.phase).toBe('owed');
  });

  it.each([
    ['cleared', about('cleared')],
    ['committed by the client', about('committed')],
    ['dropped by new turn detection', settings({ ...vad, threshold: 0.6 })],
    ['dropped as turn detection is switched off', settings(null)],
  ])('is over when it is %s', (_how, event) => {
    expect(fold(settings(vad), about('speech_started'), event).turn.phase).toBe('none');
  });

  it('goes on through settings that say nothing else of it, and through commits of other items', () => {
    const floor = fold(settings(vad), about('speech_started'), settings({ ...vad }), about('committed', 'other'));
    expect(floor.turn.phase).toBe('speaking');
  });

  it('is nobody’s business where the server does not answer it', () => {
    for (const each of [settings(null), settings({ ...vad, create_response: false }), settings(vad, 'transcription')]) {
      const floor = fold(each, about('speech_started'), about('speech_stopped'), about('committed'));
      expect(floor.turn.phase).toBe('none');
    }
  });

  it('begins anew when the user speaks while the last one still waits for its answer', () => {
    const floor = fold(
      settings(vad),
      about('speech_started'),
      about('speech_stopped'),
      about('committed'),
      about('speech_started', 'b'),
    );
    expect(floor.turn).toEqual({ phase: 'speaking', itemId: 'b' });
    expect(begun(floor, 'resp_1').turn.phase).toBe('speaking');
  });
});
