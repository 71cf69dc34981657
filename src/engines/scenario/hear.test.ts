import { describe, expect, it } from 'vitest';
import { makeUtterance, never, pullNow } from '../../../test/engines/turn.ts';
import type { ModelSession } from '../contract.ts';
import { scenarioModel } from './model.ts';
import { readScenario } from './read.ts';

function sessionOf(yaml: string): ModelSession {
  return scenarioModel(readScenario(yaml, 'scenario.yaml')).open();
}

describe('scenarioModel, hearing', () => {
  const hear = `
hear:
  - "what is  it"
  - { fail: { code: audio_unintelligible, message: Too loud. } }
  - text: "hello there"
    segments: [{ speaker: A, text: hello, start: 0, end: 0.4 }, { speaker: B, text: there, start: 0.4, end: 1 }]
    logprobs: true
`;
  const usage = { type: 'duration', seconds: 1.5 };

  function transcripts(count: number) {
    const session = sessionOf(hear);
    return Array.from({ length: count }, () => pullNow(session.transcribe(makeUtterance(1500), never)));
  }

  it('says the next entry at each commit: words, a failure, segments, and then nothing', () => {
    const [first, second, third, fourth] = transcripts(4);
    expect(first).toEqual([
      { type: 'delta', text: 'what ' },
      { type: 'delta', text: 'is  ' },
      { type: 'delta', text: 'it' },
      { type: 'completed', transcript: 'what is  it', usage },
    ]);
    expect(second).toEqual([{ type: 'failed', code: 'audio_unintelligible', message: 'Too loud.' }]);
    expect(third?.slice(2, -1)).toEqual([
      { type: 'segment', speaker: 'A', text: 'hello', start: 0, end: 0.4 },
      { type: 'segment', speaker: 'B', text: 'there', start: 0.4, end: 1 },
    ]);
    expect(fourth).toEqual([{ type: 'completed', transcript: '', usage }]);
  });

  it('takes entries in the order of the commits, though the words be pulled in another', () => {
    const session = sessionOf('hear: [a, b]');
    const [first, second] = [session.transcribe(makeUtterance(), never), session.transcribe(makeUtterance(), never)];
    expect(pullNow(second)[0]).toEqual({ type: 'delta', text: 'b' });
    expect(pullNow(first)[0]).toEqual({ type: 'delta', text: 'a' });
  });

  it('makes up a log probability for each word where asked, always the same', () => {
    const [, , spokenTwice] = transcripts(3);
    const deltas = spokenTwice?.flatMap((piece) => (piece.type === 'delta' ? [...(piece.logprobs ?? [])] : [])) ?? [];
    expect(deltas.map(({ token }) => token)).toEqual(['hello ', 'there']);
    expect(deltas[0]?.bytes).toEqual([104, 101, 108, 108, 111, 32]);
    for (const { logprob } of deltas) {
      expect(logprob).toBeLessThan(0);
      expect(logprob).toBeGreaterThan(-1);
    }
    expect(spokenTwice?.at(-1)).toEqual({ type: 'completed', transcript: 'hello there', usage, logprobs: deltas });
    expect(transcripts(3)[2]).toEqual(spokenTwice);
  });

  it('stops at once when the signal aborts', () => {
    expect(pullNow(sessionOf(hear).transcribe(makeUtterance(), AbortSignal.abort()))).toEqual([]);
  });

  it('starts again with every session', () => {
    const model = scenarioModel(readScenario('{ seed: 7, hear: [a, b] }', 's.yaml'));
    for (const session of [model.open(), model.open()]) {
      expect(session.seed).toBe(7);
      expect(session.transcribesFirst).toBe(true);
      expect(pullNow(session.transcribe(makeUtterance(), never))[0]).toEqual({ type: 'delta', text: 'a' });
      session.close();
    }
  });

  it('has no seed where the scenario has none', () => {
    expect('seed' in sessionOf('{}')).toBe(false);
  });
});
