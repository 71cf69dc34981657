import { expect, it } from 'vitest';
import { type SessionScript, sessionScript } from '../../testing/session-script.ts';
import { heldBytes } from '../conversation/room.ts';

const full = 'conversation_limit_reached';
const second = 48_000;

function update(
  script: SessionScript,
  turn_detection: { readonly type: 'server_vad' } | null,
  model: string | null,
): void {
  const input = { turn_detection, transcription: model === null ? null : { model } };
  script.client({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
}

/** A session that commits by hand, and may hold ten seconds of sound. */
function byHand(): SessionScript {
  const script = sessionScript({ rules: { maxBytes: 10 * second, keptSoundBytes: second } });
  update(script, null, 'whisper-1');
  return script;
}

/** Commits so many seconds; the item's id, or the code of the error. */
function commit(script: SessionScript, seconds: number): string {
  script.append(seconds * 1000);
  const [event] = script.client({ type: 'input_audio_buffer.commit' });
  if (event?.type === 'error') script.client({ type: 'input_audio_buffer.clear' });
  return event?.type === 'error'
    ? String(event.error.code)
    : event?.type === 'input_audio_buffer.committed'
      ? event.item_id
      : '';
}

it('sound whose words are awaited takes its place even where its item is gone, until the words have come', () => {
  const script = byHand();
  const items = [commit(script, 4), commit(script, 4)];
  for (const item_id of items) script.client({ type: 'conversation.item.delete', item_id });
  expect(commit(script, 4)).toBe(full);
  script.transcriber(items[0] ?? '', { type: 'completed', transcript: 'one' });
  expect(commit(script, 4)).toMatch(/^item_/);
});

it('speech that is awaited alone may be longer than that', () => {
  const script = byHand();
  expect(commit(script, 12)).toMatch(/^item_/);
  expect(commit(script, 1)).toBe(full);
});

it('short speech whose words never come has an end as well', () => {
  const script = sessionScript({ rules: { maxBytes: 20_000, keptSoundBytes: 0 } });
  update(script, null, 'whisper-1');
  let count = 0;
  for (let item_id = commit(script, 0.1); item_id !== full && count < 1000; item_id = commit(script, 0.1)) {
    script.client({ type: 'conversation.item.delete', item_id });
    count += 1;
  }
  expect(count).toBeGreaterThan(1);
  expect(count).toBeLessThan(20_000 / 500);
});

/** Speech that goes on, in a session of so many bytes, of which a transcriber says so many words. */
function speaking(model: string | null, words: number): SessionScript {
  const script = sessionScript({ rules: { transcribesStream: true, maxBytes: 30_000, keptSoundBytes: 0 } });
  update(script, { type: 'server_vad' }, model);
  script.hear(1, 1000);
  const { streaming } = script.session;
  for (let count = 0; count < words; count += 1) {
    script.transcriber(streaming?.itemId ?? '', { type: 'delta', text: 'word ' });
    expect(heldBytes(script.session)).toBeLessThanOrEqual(30_000);
  }
  return script;
}

const toldOf = (script: SessionScript): string[] =>
  script.hear(0, 2000).flatMap((event): string[] => {
    if (event.type === 'conversation.item.input_audio_transcription.delta') return [event.delta ?? ''];
    return event.type === 'conversation.item.input_audio_transcription.failed' ? [String(event.error.code)] : [];
  });

it('words that wait for their commit have an end: past it all that comes of them is that they failed', () => {
  expect(toldOf(speaking('gpt-4o-transcribe', 20))).toEqual(Array(20).fill('word '));
  const script = speaking('gpt-4o-transcribe', 1000);
  expect(script.session.streaming?.kept).toHaveLength(1);
  expect(toldOf(script)).toEqual([full]);
  expect(script.session.transcriptions).toEqual([]);
});

it('what was understood of speech that goes on has an end, and nothing else comes of that', () => {
  const script = speaking(null, 10_000);
  const { turn } = script.session;
  expect(turn.phase === 'speaking' && (turn.transcript ?? '').length).toBeLessThanOrEqual(10_000);
  expect(script.events.filter(({ type }) => type === 'error')).toEqual([]);
});
