import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.ts';
import { checkRequest, checkResponse, envelopeOf } from './check.ts';
import { nameOf } from './match.ts';
import { printMessage } from './print.ts';
import { readMessage } from './read.ts';
import { receivedFrom, respond } from './respond.ts';
import { cutAt } from './scan.ts';
import { parseUri } from './uri.ts';
import { parseVia } from './via.ts';

const sound = [
  'INVITE sip:bob@example.com SIP/2.0',
  'Via: SIP/2.0/UDP pc33.example.com:5066;branch=z9hG4bK776asdhds;rport, SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
  'Max-Forwards: 70',
  'To: "Bob, \\"the\\" builder" <sip:bob@example.com>',
  'From: Alice <sip:alice@example.com>;tag=1928301774',
  'Call-ID: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com>',
  'Contact: <sip:alice@pc33.example.com;transport=tcp>;expires=60',
  'Content-Length: 4',
  '',
  'v=0\n',
].join('\r\n');

/** All that is done with what a stranger sends. */
function handle(datagram: string): void {
  const read = readMessage(datagram);
  if (read.is === 'nothing') return;
  const { message, problem } = read;
  if (message.is === 'response') return void checkResponse(message, problem);
  const checked = checkRequest(message, problem);
  const back = respond(receivedFrom(message, '192.0.2.9', 5060), { status: 400, reason: 'Bad Request', tag: 't' });
  const printed = readMessage(printMessage(back));
  expect(printed.is).toBe('message');
  expect(checked.ok ? nameOf(message, checked.envelope) : 'none').not.toBe('');
}

const bytes = fc.uint8Array({ maxLength: 600 }).map((all) => String.fromCharCode(...all));
const odd = fc.constantFrom(
  '"',
  '<',
  '>',
  ';',
  ',',
  ':',
  '\\',
  '\r\n',
  '\r\n ',
  '=',
  '%',
  '@',
  '\u0000',
  '\u00ff',
  '  ',
  '?',
);
const edit = fc.record({ at: fc.nat(sound.length), cut: fc.nat(40), put: fc.oneof(odd, bytes) });

describe('what strangers send', () => {
  it('is never too much for the reader, whatever bytes they are', () => {
    fc.assert(fc.property(bytes, (datagram) => handle(datagram)));
  });

  it('is never too much where it was sound before', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const made = edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), sound);
        handle(made);
      }),
      { numRuns: 1000 },
    );
  });

  it('is got through, however often it repeats itself', () => {
    for (const piece of [' ', '\t\r\n ', '"', '\\', '<', ',', ';', 'a', '/', '\r\n', '%', 'a;', '"a"', ' a', '- ']) {
      const long = piece.repeat(Math.floor(60_000 / piece.length));
      for (const parse of [parseAddress, parseUri, parseVia, (text: string) => cutAt(text, ',')]) {
        parse(long);
        parse(`sip:${long}@a.example`);
        parse(`"${long}" <sip:${long}>;${long}`);
        parse(`SIP/2.0/UDP ${long}`);
      }
      handle(`INVITE sip:a@b SIP/2.0\r\nVia: ${long}\r\nTo: ${long}\r\n\r\n`);
      handle(`INVITE ${long} SIP/2.0\r\n${long}`);
      handle(`${long}${sound}`);
    }
  });

  it('of a sound message reads as it is', () => {
    const read = readMessage(sound);
    if (read.is === 'nothing' || read.message.is !== 'request') throw new Error('no request');
    expect(read.problem).toBeNull();
    expect(envelopeOf(read.message)?.vias).toHaveLength(2);
    const stamped = receivedFrom(read.message, '192.0.2.9', 40_000);
    expect(stamped.headers[0]?.value).toBe(
      'SIP/2.0/UDP pc33.example.com:5066;branch=z9hG4bK776asdhds;rport=40000;received=192.0.2.9, SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
    );
  });
});
