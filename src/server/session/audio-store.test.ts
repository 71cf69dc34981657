import { describe, expect, it } from 'vitest';
import { createAudioStore } from './audio-store.ts';

const pcm = 'audio/pcm';
/** PCM of so many bytes in which each byte tells its place. */
const ramp = (bytes: number, from = 0) => Uint8Array.from({ length: bytes }, (_, index) => (from + index) % 251);

describe('the input of a session', () => {
  it('takes the memory of its bytes, however small the appends', () => {
    const store = createAudioStore(1000);
    const all = ramp(200_000);
    for (let at = 0; at < all.length; at += 2) store.appendInput(all.subarray(at, at + 2), pcm);
    expect(store.bytes).toBeLessThan(220_000);
    expect(store.copyInput(0, 100_000, pcm)).toEqual(Buffer.from(all));
  });

  it('is read by any stretch, after any release, whatever the sizes of the appends', () => {
    const store = createAudioStore(1000);
    const all = ramp(100_000);
    for (let at = 0, size = 2; at < all.length; at += size, size = ((size * 7) % 9001) * 2) {
      store.appendInput(all.subarray(at, at + size), pcm);
    }
    for (const [from, to] of [
      [0, 1],
      [8191, 8193],
      [20_000, 49_999],
    ] as const) {
      store.releaseInput(from);
      expect(store.copyInput(from, to, pcm)).toEqual(Buffer.from(all.subarray(2 * from, 2 * to)));
    }
    store.releaseInput(50_000);
    expect(store.bytes).toBeLessThan(40_000);
  });

  it('gives an item a copy, since the memory of what was released is used again', () => {
    const store = createAudioStore(1_000_000);
    store.appendInput(ramp(16_384), pcm);
    store.keepInput('a', 0, 8192, pcm);
    store.releaseInput(8192);
    store.appendInput(new Uint8Array(16_384), pcm);
    expect(new Uint8Array(store.read('a', 0)?.bytes ?? [])).toEqual(ramp(16_384));
  });
});

describe('the sound of items', () => {
  const kept = (store: ReturnType<typeof createAudioStore>, ...ids: string[]) =>
    ids.map((id) => store.read(id, 0)?.bytes.byteLength ?? null);

  it('is kept for the newest, up to the cap', () => {
    const store = createAudioStore(1000);
    for (const id of ['a', 'b', 'c']) store.keep(id, 0, pcm, ramp(400));
    expect(kept(store, 'a', 'b', 'c')).toEqual([null, 400, 400]);
  });

  it('is kept whole of what the user said last, since a model is about to hear it, and no longer', () => {
    const store = createAudioStore(1000);
    store.keep('a', 0, pcm, ramp(5000));
    expect(kept(store, 'a')).toEqual([5000]);
    store.keep('b', 0, pcm, ramp(10));
    expect(kept(store, 'a', 'b')).toEqual([null, 10]);
  });

  it('is not kept of an item that is said for longer than the cap, and no part of it comes back', () => {
    const store = createAudioStore(1000);
    for (let index = 0; index < 100; index += 1) store.keepSaid('a', 0, pcm, ramp(300));
    expect(kept(store, 'a')).toEqual([null]);
    expect(store.bytes).toBe(0);
    store.keepSaid('b', 0, pcm, ramp(300));
    expect(kept(store, 'a', 'b')).toEqual([null, 300]);
  });

  it('is not kept on where other sound has pushed out what came first', () => {
    const store = createAudioStore(1000);
    store.keepSaid('a', 0, pcm, ramp(300));
    store.keep('b', 0, pcm, ramp(900));
    store.keepSaid('a', 0, pcm, ramp(300));
    expect(kept(store, 'a', 'b')).toEqual([null, 900]);
  });

  it('is let go of but for the newest when memory is short', () => {
    const store = createAudioStore(10_000);
    for (const id of ['a', 'b', 'c']) store.keep(id, 0, pcm, ramp(400));
    store.shed();
    expect(kept(store, 'a', 'b', 'c')).toEqual([null, null, 400]);
  });
});
