import { describe, expect, it } from 'vitest';
import { sessionScript, typesOf } from '../../testing/session-script.ts';

const off = {
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: null } } },
} as const;

function pushToTalk() {
  const script = sessionScript();
  script.client(off);
  return script;
}

describe('the input audio buffer', () => {
  it('says nothing to an append', () => {
    expect(pushToTalk().append(500)).toEqual([]);
  });

  it('becomes a user item on commit, and starts no response', () => {
    const script = pushToTalk();
    script.append(500);
    const events = script.client({ type: 'input_audio_buffer.commit' });
    expect(typesOf(events)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ]);
    expect(script.effects).toContainEqual(expect.objectContaining({ do: 'keep-input', fromTick: 0, toTick: 12_000 }));
  });

  it.each([
    [0, '0.00ms'],
    [99, '99.00ms'],
  ])('refuses to commit %i ms', (ms, said) => {
    const script = pushToTalk();
    script.append(ms);
    const [error] = script.client({ type: 'input_audio_buffer.commit', event_id: 'c1' });
    expect(error).toMatchObject({ error: { code: 'input_audio_buffer_commit_empty', param: null, event_id: 'c1' } });
    expect(JSON.stringify(error)).toContain(said);
    script.append(100);
    expect(typesOf(script.client({ type: 'input_audio_buffer.commit' }))).toContain('input_audio_buffer.committed');
  });

  it('counts an odd byte when its other half comes', () => {
    const script = pushToTalk();
    const bytes = (length: number) => script.feed({ from: 'microphone', audio: new Uint8Array(length), eventId: null });
    bytes(4801);
    bytes(1);
    expect(script.session.buffer).toMatchObject({ endTick: 2401, spareBytes: 0 });
    bytes(1);
    expect(script.session.buffer).toMatchObject({ endTick: 2401, spareBytes: 1 });
  });

  it('counts G.711 at 8 kHz', () => {
    const script = pushToTalk();
    script.client({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcmu' } } } },
    });
    script.feed({ from: 'microphone', audio: new Uint8Array(800), eventId: null });
    expect(typesOf(script.client({ type: 'input_audio_buffer.commit' }))).toContain('input_audio_buffer.committed');
  });

  it('clears always, with an answer', () => {
    const script = pushToTalk();
    expect(typesOf(script.client({ type: 'input_audio_buffer.clear' }))).toEqual(['input_audio_buffer.cleared']);
    script.append(500);
    script.client({ type: 'input_audio_buffer.clear' });
    expect(script.client({ type: 'input_audio_buffer.commit' })[0]?.type).toBe('error');
  });

  it('ends an open turn silently on clear', () => {
    const script = sessionScript();
    script.hear(1, 300);
    script.client({ type: 'input_audio_buffer.clear' });
    expect(script.hear(0, 1000)).toEqual([]);
  });

  it('ends an open turn on commit under the id that speech_started announced', () => {
    const script = sessionScript();
    const [started] = script.hear(1, 300);
    const events = script.client({ type: 'input_audio_buffer.commit' });
    expect(started).toMatchObject({ item_id: expect.any(String) });
    expect(events[0]).toMatchObject({
      type: 'input_audio_buffer.committed',
      item_id: (started as { item_id: string }).item_id,
    });
    expect(typesOf(script.hear(0, 1000))).not.toContain('input_audio_buffer.speech_stopped');
  });

  it('refuses an append past its limit and keeps what it has', () => {
    const script = sessionScript({ rules: { maxBufferedMs: 1000 } });
    script.client(off);
    script.append(900);
    const [error] = script.feed({ from: 'microphone', audio: new Uint8Array(9600), eventId: 'a1' });
    expect(error).toMatchObject({ error: { code: 'input_audio_buffer_full', param: 'audio', event_id: 'a1' } });
    expect(typesOf(script.client({ type: 'input_audio_buffer.commit' }))).toContain('input_audio_buffer.committed');
  });

  it('keeps speech that came in one append with the silence around it', () => {
    const script = sessionScript();
    script.append(30_000);
    const windowTicks = 20 * 24;
    const judged = Array.from({ length: 1500 }, (_, index) => {
      const probability = index >= 50 && index < 100 ? 1 : 0;
      return script.feed({ from: 'vad', endTick: (index + 1) * windowTicks, windowTicks, probability });
    }).flat();
    expect(judged[0]).toMatchObject({ type: 'input_audio_buffer.speech_started', audio_start_ms: 700 });
    expect(judged[1]).toMatchObject({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2200 });
  });

  it('does not grow with a minute of silence under voice activity detection', () => {
    const script = sessionScript();
    script.hear(0, 60_000);
    expect(script.session.buffer.endTick - script.session.buffer.startTick).toBeLessThanOrEqual(24 * 5000);
    expect(script.session.buffer.endTick).toBe(24 * 60_000);
  });
});
