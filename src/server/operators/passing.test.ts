import { describe, expect, it } from 'vitest';
import { memoryPair } from '../../wire/memory.ts';
import { Passing } from './passing.ts';

describe('what passes of a session', () => {
  it('is counted once where others have joined: what all are sent, and what each of them says', () => {
    const passing = new Passing();
    const seen: string[] = [];
    passing.listen((direction, text) => void seen.push(`${direction} ${text}`));
    const [ownEnd, client] = memoryPair();
    const [joinedEnd, joined] = memoryPair();
    const wires = [passing.over(ownEnd), passing.beside(joinedEnd)];
    for (const wire of [...wires, client, joined]) wire.open({ frame() {}, binary() {}, drained() {}, closed() {} });
    for (const wire of wires) wire.send('to all');
    expect([passing.bytesIn, passing.bytesOut]).toEqual([0, 6]);
    client.send('own');
    joined.send('of another');
    expect([passing.bytesIn, passing.bytesOut]).toEqual([13, 6]);
    expect(seen).toEqual(['< to all', '> own', '> of another']);
  });
});
