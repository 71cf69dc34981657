import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamFrames } from './frames.ts';

const message = (body: string, name = 'Content-Length'): string =>
  `MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP a\r\n${name}: ${body.length}\r\n\r\n${body}`;

describe('a connection', () => {
  it('is cut into its messages wherever its chunks end, and tells of keep-alives', () => {
    const whole = ['\r\n', message('one'), '\r\n\r\n', message(''), message('three\r\n\r\n', 'l'), '\r\n\r\n'].join('');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 12 }), (cuts) => {
        const frames = new StreamFrames();
        const ends = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const parts = ends.slice(1).flatMap((end, at) => frames.push(whole.slice(ends[at], end)) ?? []);
        const messages = parts.filter(({ is }) => is === 'message');
        expect(messages).toEqual(
          [message('one'), message(''), message('three\r\n\r\n', 'l')].map((text) => ({ is: 'message', text })),
        );
        expect(parts.at(-1)).toEqual({ is: 'ping' });
        expect(frames.isWaiting).toBe(false);
      }),
    );
  });

  it.each([
    ['a message without a length', 'MESSAGE sip:a@b SIP/2.0\r\nVia: x\r\n\r\n'],
    ['a message that is too long', message('').replace('Content-Length: 0', 'Content-Length: 70000')],
    ['a header without an end', `MESSAGE sip:a@b SIP/2.0\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['no SIP at all', 'x'.repeat(70_000)],
  ])('that brings %s is of no use', (_, text) => {
    expect(new StreamFrames().push(text)).toBeNull();
  });

  it('is searched once, however slowly it drips', () => {
    const frames = new StreamFrames();
    const text = message('x'.repeat(60_000));
    let parts = 0;
    for (const character of text) parts += frames.push(character)?.length ?? 0;
    expect(parts).toBe(1);
  });
});
