import type { Socket } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { repeats } from '../setup/scale.ts';
import { type Came, created, relayed } from './answering-upstream.ts';

/** Frames as programs send them, and as none does: any order of keys, blanks, escapes, and what is no JSON. */
const frame = fc.oneof(
  fc.record({ data: fc.json().map((text) => Buffer.from(text)), isBinary: fc.constant(false) }),
  fc.record({ data: fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)), isBinary: fc.constant(false) }),
  fc.record({
    data: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    isBinary: fc.constant(true),
  }),
  fc.record({
    data: fc
      .constantFrom(
        ' { "type" : "session.update", "session" : { "type": "realtime" , "speed": 1.0 } } ',
        '{"type":"response.create","response":{"x":1e2}}',
        '{"type":"response\\u002ecreated","response":{"id":"r"}}',
        '{"type":"response.done","response":null}',
        '{"type":"session.created","session":5}',
        '{"type":"response.output_audio.delta","delta":"AAA","response_id":7}',
        '{"type":"error","error":null}',
        '{"type":"conversation.item.added","item":{"type":"message","role":"user","content":{}}}',
        '{"type":"input_audio_buffer.append","audio":"AAAA"}',
      )
      .map((text) => Buffer.from(text)),
    isBinary: fc.constant(false),
  }),
);

const told = ({ data, isBinary }: Came): string => `${isBinary ? 'b' : 't'} ${data.toString('base64')}`;

describe('a frame', () => {
  it('passes byte for byte, in order, in both directions', async () => {
    const { peer, session } = await relayed();
    // Its own listener parses, and these need not be JSON.
    peer.socket.removeAllListeners('message');
    const down: Came[] = [];
    peer.socket.on('message', (data: Buffer, isBinary) => void down.push({ data, isBinary }));
    const sent = { up: [] as string[], down: [] as string[] };
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), fc.array(frame, { maxLength: 20 }), async (up, back) => {
        for (const each of up) peer.socket.send(each.data, { binary: each.isBinary });
        for (const each of back) session.socket.send(each.data, { binary: each.isBinary });
        sent.up.push(...up.map(told));
        sent.down.push(...back.map(told));
        await until('all of them', () => session.frames.length >= sent.up.length && down.length >= sent.down.length);
      }),
      { numRuns: repeats(500) },
    );
    expect(session.frames.map(told)).toEqual(sent.up);
    expect(down.map(told)).toEqual(sent.down);
    peer.socket.terminate();
  });

  it('of four megabytes passes, in many parts as well', async () => {
    const { peer, session } = await relayed();
    const audio = 'A'.repeat(4_000_000);
    const text = JSON.stringify({ type: 'input_audio_buffer.append', audio });
    peer.socket.send(text);
    for (let at = 0; at < text.length; at += 1_000_000) {
      const fin = at + 1_000_000 >= text.length;
      peer.socket.send(text.slice(at, at + 1_000_000), { fin, binary: false });
    }
    await until('both', () => session.frames.length === 2);
    for (const { data, isBinary } of session.frames) {
      expect(isBinary).toBe(false);
      expect(data.equals(Buffer.from(text))).toBe(true);
    }
    session.socket.send(text);
    expect(await peer.event('input_audio_buffer.append')).toMatchObject({ audio });
    peer.socket.terminate();
  });

  it('passes whole and in order, however the upstream writes its length and cuts it', async () => {
    const { peer, session } = await relayed();
    peer.socket.removeAllListeners('message');
    const down: string[] = [];
    peer.socket.on('message', (data: Buffer) => void down.push(data.toString()));
    const stream: Socket = Reflect.get(session.socket, '_socket');
    stream.setNoDelay(true);
    const sent: string[] = [];
    /** Writes these parts apart from each other, since all that went before has come through; they make up these texts. */
    const write = async (parts: readonly Buffer[], ...texts: readonly string[]): Promise<void> => {
      sent.push(...texts);
      for (const part of parts) {
        stream.write(part);
        // oxlint-disable-next-line no-await-in-loop
        await new Promise(setImmediate);
      }
      await until('all of it', () => down.length === sent.length);
    };
    const text = '{"type":"a","text":"grüße 🙂"}';
    const long = JSON.stringify({ type: 'b', text: 'x'.repeat(70_000) });
    const [whole, wholeLong] = [framed(0x81, text), framed(0x81, long)];
    await write([whole], text);
    await write([framed(0x81, text, 126)], text);
    await write([framed(0x81, text, 127)], text);
    await write([wholeLong], long);
    await write(
      Array.from(whole, (byte) => Buffer.of(byte)),
      text,
    );
    for (const at of [1, 2, 3, 5]) await write([whole.subarray(0, at), whole.subarray(at)], text); // oxlint-disable-line no-await-in-loop
    await write(
      [Buffer.concat([whole, whole, wholeLong, whole, wholeLong, whole])],
      text,
      text,
      long,
      text,
      long,
      text,
    );
    await write([Buffer.concat([whole, whole, whole.subarray(0, 9)]), whole.subarray(9)], text, text, text);
    const [start, end] = [framed(0x01, text.slice(0, 5)), framed(0x80, text.slice(5))];
    await write([Buffer.concat([start, end])], text);
    await write([start, framed(0x89, 'ping'), framed(0x00, ''), end], text);
    await write([framed(0x01, ''), framed(0x80, text)], text);
    await write([framed(0x01, text), framed(0x80, '')], text);
    await write([Buffer.concat([framed(0x01, ''), framed(0x00, text), framed(0x80, '')])], text);
    expect(down).toEqual(sent);
    peer.socket.terminate();
  });

  it('first, which settled the upstream, is the first of the client as well, with what came right behind it', async () => {
    const { peer, session } = await relayed();
    expect(JSON.stringify(await peer.event('session.created'))).toBe(created);
    expect(session.types()).toEqual([]);
    peer.socket.terminate();
  });

  it('that was never compressed is asked for without compression on either side', async () => {
    const { peer, session } = await relayed({ deflate: true, client: { deflate: true } });
    expect(peer.socket.extensions).toBe('');
    expect(session.request.headers['sec-websocket-extensions']).toBeUndefined();
    peer.socket.terminate();
  });
});

/** A frame of a server, its length written as short as may be, or with more bytes than it takes. */
function framed(first: number, text: string, least: 0 | 126 | 127 = 0): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (least === 0 && length < 126) return Buffer.concat([Buffer.of(first, length), payload]);
  const isLong = least === 127 || length > 65_535;
  const written = Buffer.alloc(isLong ? 8 : 2);
  written.writeUIntBE(length, isLong ? 2 : 0, isLong ? 6 : 2);
  return Buffer.concat([Buffer.of(first, isLong ? 127 : 126), written, payload]);
}
