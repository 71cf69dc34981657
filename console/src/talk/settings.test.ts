import { describe, expect, it } from 'vitest';
import { parseClientEvent } from '../../../src/protocol/parse.ts';
import { detections } from '../place/address.ts';
import { sessionOf } from './settings.ts';

describe('the settings that are sent first', () => {
  it('leave to the server what the user did not choose', () => {
    expect(sessionOf({ voice: '', instructions: ' ', detection: 'auto' })).toEqual({
      type: 'realtime',
      audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } } },
    });
  });

  it.each(detections)('are sound with the end of turns found by %s', (detection) => {
    const session = sessionOf({ voice: 'marin', instructions: 'Be brief.', detection });
    expect(parseClientEvent(JSON.stringify({ type: 'session.update', session }))).toMatchObject({ ok: true });
    expect(session).toMatchObject({ instructions: 'Be brief.', audio: { output: { voice: 'marin' } } });
  });

  it('push to talk finds no turns', () => {
    expect(sessionOf({ voice: '', instructions: '', detection: 'push' })).toMatchObject({
      audio: { input: { turn_detection: null } },
    });
  });
});
