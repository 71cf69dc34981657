import { describe, expect, it } from 'vitest';
import { echoModel } from '../../src/engines/index.ts';
import { never, pullNow } from '../engines/turn.ts';
import { speech } from './source-speech.ts';

const echo = echoModel({ voice: null });

describe('the echo model in a translation session', () => {
  it('plays back what was said, in pieces of 100 ms, and claims to know no words', () => {
    const pieces = pullNow(echo.open().translate?.(speech, never) ?? []);
    expect(new Set(pieces.map(({ type }) => type))).toEqual(new Set(['sound']));
    const sounds = pieces.flatMap((piece) => (piece.type === 'sound' ? [piece] : []));
    expect(sounds.map(({ samples }) => samples.length)).toEqual([...Array<number>(12).fill(2400), 720]);
    expect(sounds.flatMap(({ samples }) => [...samples])).toEqual([...speech.sound.samples]);
  });

  it('stops when it is told to', () => {
    const stopped = AbortSignal.abort();
    expect(pullNow(echo.open().translate?.(speech, stopped) ?? [])).toEqual([]);
  });
});
