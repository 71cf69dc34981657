import { describe, expect, it } from 'vitest';
import { AnswerBounds, longestArguments, longestText, mostCalls, mostSegments } from './answer-bounds.ts';

type Piece = Parameters<AnswerBounds['count']>[0];

const text = (length: number): Piece => ({ type: 'text', text: 'x'.repeat(length) });
const call: Piece = { type: 'call_start' };
const args = (length: number): Piece => ({ type: 'call_arguments', delta: 'x'.repeat(length) });
const times = (count: number, piece: Piece): Piece[] => Array.from({ length: count }, () => piece);

function countAll(pieces: readonly Piece[]): void {
  const bounds = new AnswerBounds('The model');
  for (const piece of pieces) bounds.count(piece);
}

describe('an answer', () => {
  it.each([
    ['characters', [text(longestText - 1), text(1)], [text(longestText - 1), text(2)]],
    ['calls in one answer', times(mostCalls, call), times(mostCalls + 1, call)],
    [
      'characters of arguments in one call',
      [call, args(longestArguments), call, args(longestArguments)],
      [call, args(1), call, args(longestArguments), args(1)],
    ],
    ['segments', times(mostSegments, { type: 'segment', text: 'a' }), times(mostSegments + 1, { type: 'segment' })],
    [
      'characters',
      [{ type: 'completed', transcript: 'x'.repeat(longestText) }],
      [{ type: 'completed', transcript: 'x'.repeat(longestText + 1) }],
    ],
  ] satisfies [string, Piece[], Piece[]][])('has so many %s and no more', (what, enough, tooMuch) => {
    expect(() => countAll(enough)).not.toThrow();
    expect(() => countAll(tooMuch)).toThrow(`The model gave more than`);
    expect(() => countAll(tooMuch)).toThrow(what);
  });
});
