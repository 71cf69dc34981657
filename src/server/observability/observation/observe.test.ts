import { describe, expect, it } from 'vitest';
import { contextTokens, instructionTokens } from '../../../core/defaults.ts';
import type { Input } from '../../../core/input.ts';
import { newSession } from '../../../core/new-session.ts';
import { step } from '../../../core/step.ts';
import type { Moment } from './moment.ts';
import { blindWatch } from './observer.ts';
import { observing } from './observing.ts';

const rules = {
  maxAgeMs: 3_600_000,
  maxBufferedMs: 600_000,
  maxResponses: 32,
  maxItems: 100_000,
  maxBytes: 32_000_000,
  keptSoundBytes: 5_760_000,
  transcribesFirst: false,
  transcribesStream: true,
  preempts: false,
  reasons: true,
  contextTokens,
  instructionTokens,
  sendConversationCreated: false,
};

type Said<T = Input> = T extends Input ? Omit<T, 'at'> : never;

/** A watched session whose model follows speech; each input comes a millisecond after the one before. */
function watched(): { feed(input: Said): void; readonly moments: Moment[]; speech(): string } {
  const moments: Moment[] = [];
  const observed = observing({ ...blindWatch, moment: (moment) => moments.push(moment) });
  let session = newSession({ id: 'sess_test', rules, seed: 1, model: 'test', at: 0 });
  let at = 0;
  const feed = (input: Said): void => {
    at += 1;
    const [after, effects] = step(session, { ...input, at });
    session = after;
    for (const effect of effects) {
      if (effect.do === 'emit') observed.see(at, effect.event);
      else if (effect.do === 'note-words') observed.see(at, { hint: 'words', ...effect });
    }
  };
  feed({ from: 'server', say: 'open' });
  return { feed, moments, speech: () => session.streaming?.itemId ?? '' };
}

const off = { type: 'realtime', audio: { input: { turn_detection: null } } } as const;

describe('words that are whole before their commit', () => {
  it.each([
    [
      { type: 'completed', transcript: 'Hello.' },
      { is: 'transcribed', transcript: 'Hello.' },
    ],
    [
      { type: 'failed', code: 'busy', message: 'Too much to do.' },
      { is: 'transcription_failed', code: 'busy' },
    ],
  ] as const)('are noted once, with the commit: %o', (output, moment) => {
    const { feed, moments, speech } = watched();
    feed({ from: 'client', event: { type: 'session.update', session: off } });
    feed({ from: 'microphone', audio: new Uint8Array(48_000), eventId: null });
    const itemId = speech();
    feed({ from: 'transcriber', itemId, output });
    expect(moments).toEqual([]);
    feed({ from: 'client', event: { type: 'input_audio_buffer.commit' } });
    feed({ from: 'transcriber', itemId, output });
    expect(moments).toMatchObject([
      { is: 'committed', itemId },
      { itemId, ...moment },
    ]);
  });
});
