import { describe, expect, it } from 'vitest';
import { Ring } from './ring.ts';

const event = (id: string, type = 'x', more = ''): string => `{"type":"${type}","event_id":"${id}","delta":"${more}"}`;
const sound = (id: string, characters: number): string =>
  event(id, 'response.output_audio.delta', 'A'.repeat(characters));

describe('the frames that were sent last', () => {
  it('are told from the one after that which was seen', () => {
    const ring = new Ring({ maxBytes: 10_000, keepMs: 1000 });
    for (const id of ['a', 'b', 'c']) ring.push(event(id), 0);
    expect(ring.since(ring.placeAfter('a') ?? -1)).toEqual({ texts: [event('b'), event('c')], dropped: 0 });
    expect(ring.since(ring.placeAfter('c') ?? -1).texts).toEqual([]);
    expect(ring.placeAfter('never')).toBeNull();
  });

  it('are forgotten with their time, but for where the newest of those stood', () => {
    const ring = new Ring({ maxBytes: 10_000, keepMs: 1000 });
    for (const [at, id] of ['a', 'b', 'c'].entries()) ring.push(event(id), at * 600);
    ring.push(event('d'), 1700);
    expect(ring.placeAfter('a')).toBeNull();
    expect(ring.since(ring.placeAfter('b') ?? -1).texts).toEqual([event('c'), event('d')]);
  });

  it('lose their oldest sound first, counted, and everything else only where there is no sound', () => {
    const ring = new Ring({ maxBytes: 1000, keepMs: 1000 });
    ring.push(event('a'), 0);
    for (const id of ['s1', 's2', 's3']) ring.push(sound(id, 300), 0);
    ring.push(event('b'), 0);
    const { texts, dropped } = ring.since(ring.placeAfter('a') ?? -1);
    expect([dropped, texts]).toEqual([1, [sound('s2', 300), sound('s3', 300), event('b')]]);
    // Whoever saw sound that is gone has missed none of it.
    expect(ring.since(ring.placeAfter('s1') ?? -1).dropped).toBe(0);
    for (let more = 0; more < 40; more += 1) ring.push(event(`m${more}`), 0);
    expect(ring.placeAfter('a')).toBeNull();
    expect(ring.bytes).toBeLessThanOrEqual(1000);
  });

  it('keep the sound that was said last, however much else there is', () => {
    const ring = new Ring({ maxBytes: 1000, keepMs: 1000 });
    for (let more = 0; more < 60; more += 1) ring.push(event(`m${more}`), 0);
    for (const id of ['s1', 's2', 's3']) ring.push(sound(id, 100), 0);
    const { texts, dropped } = ring.since(ring.placeAfter('m59') ?? -1);
    expect([dropped, texts]).toEqual([0, ['s1', 's2', 's3'].map((id) => sound(id, 100))]);
    expect(ring.bytes).toBeLessThanOrEqual(1000);
  });

  it('know a frame that was sent beside them by what its reader had seen', () => {
    const ring = new Ring({ maxBytes: 10_000, keepMs: 1000 });
    for (const id of ['a', 'b']) ring.push(event(id), 0);
    ring.sentBeside('greeting', ring.placeAfter('a') ?? -1);
    expect(ring.since(ring.placeAfter('greeting') ?? -1).texts).toEqual([event('b')]);
  });
});
