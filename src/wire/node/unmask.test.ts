import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../../test/setup/scale.ts';
import { Unmasker, unmaskEarly } from './unmask.ts';

interface Frame {
  readonly payload: Uint8Array;
  readonly mask: Uint8Array | null;
}

/** As a client writes it; a mask that is null is none. */
function written({ payload, mask }: Frame): Buffer {
  const length = payload.length;
  const long = length > 65_535 ? 8 : length > 125 ? 2 : 0;
  const header = Buffer.alloc(2 + long);
  header[0] = 0x81;
  header[1] = (mask === null ? 0 : 0x80) + (long === 8 ? 127 : long === 2 ? 126 : length);
  if (long === 2) header.writeUInt16BE(length, 2);
  if (long === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat(
    [header, mask ?? [], payload.map((byte, at) => byte ^ (mask?.[at % 4] ?? 0))].map((part) => Buffer.from(part)),
  );
}

/** As it is read: the mask, where there is one, is zero and the payload plain. */
function unmasked(frame: Frame): Buffer {
  return written({ ...frame, mask: frame.mask === null ? null : new Uint8Array(4) });
}

const frame = fc.record({
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.integer({ min: 120, max: 70_000 }).map((length) => Uint8Array.from({ length }, (_, at) => at * 31)),
  ),
  mask: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 })),
});

describe('masks', () => {
  it('are off once a piece has been taken, however frames are cut and wherever they lie in memory', () => {
    const cut = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), cut, fc.nat(7), (frames, sizes, offset) => {
        const unmasker = new Unmasker();
        const stream = Buffer.concat([Buffer.alloc(offset), ...frames.map(written)]).subarray(offset);
        for (let at = 0, index = 0; at < stream.length; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          unmasker.take(stream.subarray(at, at + size));
          at += size;
        }
        expect(stream.equals(Buffer.concat(frames.map(unmasked)))).toBe(true);
      }),
      { numRuns: repeats(200) },
    );
  });

  it('are off before whoever listened earlier hears of it, and off what was not read when the connection went', async () => {
    const hello: Frame = { payload: Buffer.from('hello'), mask: Buffer.from('mask') };
    const stream = new PassThrough();
    const heard: Buffer[] = [];
    stream.on('data', (bytes: Buffer) => heard.push(bytes));
    unmaskEarly(stream);
    const [early, late] = [written(hello), written(hello)];
    stream.write(Buffer.concat([early, late.subarray(0, 8)]));
    stream.pause();
    stream.write(late.subarray(8));
    stream.destroy();
    await once(stream, 'close');
    expect(Buffer.concat(heard).equals(Buffer.concat([unmasked(hello), unmasked(hello)]))).toBe(true);
  });
});
