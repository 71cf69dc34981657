import { describe, expect, it } from 'vitest';
import type { Sound } from '../../engines/contract.ts';
import { SpeechStream } from './speech-stream.ts';

function piece(...samples: number[]): Sound {
  return { samples: Int16Array.from(samples), sampleRate: 24_000 };
}

async function read(sound: SpeechStream): Promise<number[]> {
  const heard: number[] = [];
  for await (const { samples } of sound) heard.push(...samples);
  return heard;
}

describe('the sound of speech that goes on', () => {
  it('is read in order, what waited and what comes later', async () => {
    const sound = new SpeechStream();
    sound.push(piece(1, 2));
    const heard = read(sound);
    await Promise.resolve();
    sound.push(piece(3));
    sound.push(piece(4));
    sound.end();
    expect(await heard).toEqual([1, 2, 3, 4]);
  });

  it('finds a reader that is slow with few pieces, however small they came', async () => {
    const sound = new SpeechStream();
    for (let index = 0; index < 4800; index += 1) sound.push(piece(index));
    sound.push({ ...piece(1), sampleRate: 8000 });
    sound.end();
    const lengths: number[] = [];
    for await (const { samples } of sound) lengths.push(samples.length);
    expect(lengths).toEqual([...Array.from({ length: 10 }, () => 480), 1]);
  });

  it('ends for a reader that waits', async () => {
    const sound = new SpeechStream();
    const heard = read(sound);
    await Promise.resolve();
    sound.end();
    expect(await heard).toEqual([]);
  });

  it('loses what waits once it is dropped', async () => {
    const sound = new SpeechStream();
    sound.push(piece(1));
    sound.drop();
    sound.push(piece(2));
    expect(await read(sound)).toEqual([]);
  });

  it('keeps nothing for a reader that has stopped', async () => {
    const sound = new SpeechStream();
    sound.push(piece(1));
    sound.push(piece(2));
    for await (const _ of sound) break;
    sound.push(piece(3));
    expect(await read(sound)).toEqual([]);
  });
});
