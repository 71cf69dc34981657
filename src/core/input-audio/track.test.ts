import { describe, expect, it } from 'vitest';
import { sessionScript, typesOf } from '../../testing/session-script.ts';

const call = (transcribesStream = false) =>
  sessionScript({ hasMedia: true, rules: { maxBufferedMs: 1000, transcribesStream } });
const silent = (session: ReturnType<typeof call>): void => {
  const audio = { input: { turn_detection: null } };
  session.client({ type: 'session.update', session: { type: 'realtime', audio } });
};

describe('sound of a track', () => {
  it('loses its older half where nobody commits it, and nobody is told', () => {
    const session = call();
    silent(session);
    for (let frame = 0; frame < 51; frame++) expect(session.append(20)).toEqual([]);
    expect(session.session.buffer).toMatchObject({ startTick: 500 * 24, endTick: 1020 * 24 });
    const [committed] = session.client({ type: 'input_audio_buffer.commit' });
    expect(committed?.type).toBe('input_audio_buffer.committed');
    expect(session.effects).toContainEqual(
      expect.objectContaining({ do: 'keep-input', fromTick: 500 * 24, toTick: 1020 * 24 }),
    );
  });

  it('is put into words anew from where it begins then', () => {
    const session = call(true);
    silent(session);
    for (let frame = 0; frame < 51; frame++) session.append(20);
    expect(session.effects.map((effect) => effect.do)).toEqual([
      'drop-speech',
      'release-input',
      'store-input',
      'stream-speech',
      'hand-over',
    ]);
  });

  it('ends the turn that fills the buffer, which is answered as any other', () => {
    const session = call();
    session.hear(1, 1000);
    const types = typesOf(session.append(20));
    expect(types.slice(0, 2)).toEqual(['input_audio_buffer.speech_stopped', 'input_audio_buffer.committed']);
    expect(types).toContain('response.created');
    expect(session.session.buffer).toMatchObject({ startTick: 1000 * 24, endTick: 1020 * 24 });
  });
});
