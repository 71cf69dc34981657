import { describe, expect, it } from 'vitest';
import type { Wire, WireListener } from '../../wire/wire.ts';
import { Line } from './line.ts';

/** A connection by hand. */
function connection(): { readonly wire: Wire; say(text: string): void; readonly sent: string[] } {
  let listener: WireListener | null = null;
  const sent: string[] = [];
  const wire: Wire = {
    pendingBytes: 0,
    open: (to) => void (listener = to),
    send: (text) => void sent.push(text),
    close: () => {},
  };
  return { wire, say: (text) => listener?.frame(text), sent };
}

describe('a line', () => {
  it('has heard a client on the newest connection by what comes over that one alone', () => {
    const [first, second] = [connection(), connection()];
    const line = new Line(first.wire, { now: () => 0 });
    const frames: string[] = [];
    line.open({ frame: (text) => void frames.push(text), binary: () => {}, drained: () => {}, closed: () => {} });
    let heard = 0;
    line.keep({ maxBytes: 1000, keepMs: 1000 }, { lost: () => true, heard: () => void (heard += 1) });
    first.say('a');
    expect(heard).toBe(1);
    line.takeOver(second.wire, null, () => {});
    first.say('too late');
    expect([heard, frames]).toEqual([1, ['a']]);
    second.say('b');
    expect([heard, frames]).toEqual([2, ['a', 'b']]);
  });
});
