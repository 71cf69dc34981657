import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../../test/setup/scale.ts';
import type { Direction } from '../format.ts';
import { MemoryTake } from '../memory-take.ts';
import { base64 } from '../node/base64.ts';
import type { Take } from '../reader.ts';
import { TakeWriter } from '../writer.ts';
import { copyTake } from './copy.ts';
import { harOf, socketsIn } from './har.ts';

const side = fc.constantFrom<Direction>('<', '>');
const sound = fc.uint8Array({ maxLength: 40 }).map((bytes) => base64.encode(bytes));
const oddSound = fc.oneof(
  sound,
  fc.string({ maxLength: 9 }),
  sound.map((text) => `${text}=`),
);
const format = fc
  .constantFrom('audio/pcm', 'audio/pcmu', 'audio/pcma')
  .map((type) => ({ audio: { input: { format: { type } }, output: { format: { type } } } }));

/** Frames as sessions have them, and as nobody should send them. */
const frame = fc.oneof(
  oddSound.map((audio) => ({ type: 'input_audio_buffer.append', audio })),
  fc
    .tuple(oddSound, fc.constantFrom('r1', 'r2'))
    .map(([delta, response_id]) => ({ type: 'response.output_audio.delta', response_id, delta })),
  format.map((session) => ({ type: 'session.updated', session })),
  format.map((response) => ({ type: 'response.created', response: { id: 'r1', ...response } })),
  fc
    .tuple(sound, sound)
    .map((audios) => ({ type: 'conversation.item.create', item: { content: audios.map((audio) => ({ audio })) } })),
  fc.constantFrom({ audio: { $in: [0, 2] } }, { $text: 'x' }, { $b64: 'AA==' }, { text: '{"$in":[0,1]}' }),
  fc.object({ maxDepth: 2 }),
);
const text = fc.oneof(
  frame.map((event) => JSON.stringify(event)),
  frame.map((event) => JSON.stringify(event, null, '\t').replaceAll('\n', ' ')),
  fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll(/[\r\n]/g, ' ')),
);

const entry = fc.oneof(
  { weight: 8, arbitrary: fc.record({ is: fc.constant('frame' as const), by: side, text }) },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('binary' as const), by: side, bytes: fc.uint8Array({ maxLength: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('track' as const),
      samples: fc.int16Array({ maxLength: 9 }),
      item: fc.option(fc.string()),
    }),
  },
);
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

interface Shape {
  readonly entries: readonly Entry[];
  readonly isClosed: boolean;
}

const shapes = (withTracks: boolean): fc.Arbitrary<Shape> =>
  fc.record({
    entries: fc.array(
      entry.filter(({ is }) => withTracks || is !== 'track'),
      { minLength: 1, maxLength: 12 },
    ),
    isClosed: fc.boolean(),
  });

const told = { at: Date.UTC(2026, 0, 1), by: 'b', url: 'ws://h/v1/realtime?model=m', transport: 'websocket', base64 };

function write({ entries, isClosed }: Shape, form: 'folder' | 'inline'): MemoryTake {
  const memory = new MemoryTake();
  const writer = new TakeWriter({ ...told, form }, memory);
  for (const [index, each] of entries.entries()) {
    const t = index * 1.125;
    if (each.is === 'frame') writer.frame(t, each.by, each.text);
    else if (each.is === 'binary') writer.binary(t, each.by, each.bytes);
    else if (each.item === null) writer.heard(t, each.samples);
    else writer.played(t, each.samples, each.item);
  }
  if (isClosed) writer.closed(1000, { by: 'client', code: 1000, reason: 'bye' });
  return memory;
}

/** All that a take says. */
function contentOf({ entries }: Take): unknown[] {
  return entries.map((each) => {
    switch (each.is) {
      case 'frame':
        return [each.t, each.by, each.text()];
      case 'binary':
        return [each.t, each.by, [...each.bytes]];
      case 'sound':
        return [each.t, each.track, each.itemId, [...each.bytes()]];
      case 'closed':
        return [each.t, each.closed];
      default:
        return each satisfies never;
    }
  });
}

const options = { numRuns: repeats(10_000) };

describe('any take', () => {
  it('holds every frame as it was sent', () => {
    fc.assert(
      fc.property(shapes(true), fc.constantFrom('folder' as const, 'inline' as const), (shape, form) => {
        const said = shape.entries.flatMap((each) => (each.is === 'frame' ? [each.text] : []));
        const read = write(shape, form)
          .take('t', base64)
          .entries.flatMap((each) => (each.is === 'frame' ? [each.text()] : []));
        expect(read).toEqual(said);
      }),
      options,
    );
  });

  it('is the same after it has been a folder, a file and a folder again, to the byte', () => {
    fc.assert(
      fc.property(shapes(true), (shape) => {
        const folder = write(shape, 'folder');
        const inline = new MemoryTake();
        copyTake(folder.take('t', base64), 'inline', inline, base64);
        const again = new MemoryTake();
        copyTake(inline.take('t', base64), 'folder', again, base64);
        expect(contentOf(inline.take('t', base64))).toEqual(contentOf(folder.take('t', base64)));
        expect(again.text).toBe(folder.text);
        expect([...again.files.keys()]).toEqual([...folder.files.keys()]);
      }),
      options,
    );
  });

  it('is the same after it has been a HAR file', () => {
    fc.assert(
      fc.property(shapes(false), (shape) => {
        const written = write(shape, 'folder');
        const take = written.take('t', base64);
        const har = JSON.stringify(harOf(take, base64));
        const again = new MemoryTake();
        socketsIn(har, 't.har', base64)[0]?.write(again, 'folder', 'b');
        expect(again.text).toBe(written.text);
      }),
      options,
    );
  });
});
