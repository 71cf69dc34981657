import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { telnyx } from './telnyx.ts';
import { twilio } from './twilio.ts';

/** What each carrier sends, as its documentation shows it. */
const ofTwilio = {
  connected: { event: 'connected', protocol: 'Call', version: '1.0.0' },
  start: {
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid: 'AC01',
      streamSid: 'MZ01',
      callSid: 'CA01',
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { token: 't', Remote: 'Bob', odd: 1 },
    },
    streamSid: 'MZ01',
  },
  media: {
    event: 'media',
    sequenceNumber: '3',
    media: { track: 'inbound', chunk: '1', timestamp: '5', payload: '/wD/' },
    streamSid: 'MZ01',
  },
  mark: { event: 'mark', sequenceNumber: '4', streamSid: 'MZ01', mark: { name: 'm1' } },
  dtmf: { event: 'dtmf', streamSid: 'MZ01', sequenceNumber: '5', dtmf: { track: 'inbound_track', digit: '1' } },
  stop: { event: 'stop', sequenceNumber: '5', stop: { accountSid: 'AC01', callSid: 'CA01' }, streamSid: 'MZ01' },
};
const ofTelnyx = {
  connected: { event: 'connected', version: '1.0.0' },
  start: {
    event: 'start',
    sequence_number: '1',
    stream_id: 'S-1',
    start: {
      user_id: 'u',
      call_control_id: 'CA01',
      call_session_id: 's',
      from: '+13122010094',
      to: '+13122123456',
      custom_parameters: { token: 't', Remote: 'Bob', odd: 1 },
      media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
    },
  },
  media: {
    event: 'media',
    sequence_number: '4',
    media: { track: 'inbound', chunk: '1', timestamp: '5', payload: '/wD/' },
    stream_id: 'S-1',
  },
  mark: { event: 'mark', sequence_number: '5', stream_id: 'S-1', mark: { name: 'm1' } },
  dtmf: { event: 'dtmf', stream_id: 'S-1', occurred_at: 'then', sequence_number: '5', dtmf: { digit: '1' } },
  stop: { event: 'stop', sequence_number: '5', stop: { user_id: 'u', call_control_id: 'CA01' }, stream_id: 'S-1' },
};

describe.each([
  [twilio, ofTwilio, 'MZ01'],
  [telnyx, ofTelnyx, 'S-1'],
] as const)('the stream of a carrier', (carrier, sent, streamId) => {
  it(`says what each message of ${carrier.name} means`, () => {
    const read = (name: keyof typeof sent) => carrier.read(JSON.stringify(sent[name]));
    expect(read('connected')).toEqual({ is: 'other' });
    expect(read('start')).toEqual({
      is: 'start',
      streamId,
      carrierCallId: 'CA01',
      parameters: new Map([
        ['token', 't'],
        ['Remote', 'Bob'],
      ]),
      coding: 'audio/pcmu',
    });
    expect(read('media')).toEqual({ is: 'media', chunk: 1, timestampMs: 5, audio: Uint8Array.of(255, 0, 255) });
    expect(read('mark')).toEqual({ is: 'mark', name: 'm1' });
    expect(read('dtmf')).toEqual({ is: 'key', key: '1' });
    expect(read('stop')).toEqual({ is: 'stop' });
  });

  it(`leaves out what else ${carrier.name} sends, and what nobody should`, () => {
    const outbound = { ...sent.media, media: { ...sent.media.media, track: 'outbound' } };
    const broken = { event: 'media', media: { payload: '***', chunk: -1, timestamp: '1e9' } };
    expect(carrier.read(JSON.stringify(outbound))).toEqual({ is: 'other' });
    expect(carrier.read(JSON.stringify(broken))).toEqual({
      is: 'media',
      chunk: null,
      timestampMs: null,
      audio: new Uint8Array(),
    });
    for (const frame of ['', '{', '7', 'null', '[]', '"start"']) expect(carrier.read(frame)).toBeNull();
    for (const event of [undefined, 'hello', 7])
      expect(carrier.read(JSON.stringify({ event }))).toEqual({ is: 'other' });
  });

  it(`never throws, whatever comes instead of ${carrier.name}`, () => {
    const events = fc.constantFrom('start', 'media', 'mark', 'dtmf', 'stop', 'error', 'connected');
    const field = fc.constantFrom('media', 'start', 'mark', 'dtmf', 'stop', 'payload');
    const message = fc.tuple(events, field, fc.jsonValue()).map(([event, key, value]) => ({ event, [key]: value }));
    fc.assert(
      fc.property(
        fc.oneof(
          message.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (frame) => {
          carrier.read(frame);
        },
      ),
    );
  });
});

describe('what is sent to a carrier', () => {
  it('is as each writes it', () => {
    const written = [twilio, telnyx].map((carrier) =>
      [carrier.media('S', '/w=='), carrier.mark('S', 'm1'), carrier.clear('S')].map((frame) => JSON.parse(frame)),
    );
    expect(written).toEqual([
      [
        { event: 'media', streamSid: 'S', media: { payload: '/w==' } },
        { event: 'mark', streamSid: 'S', mark: { name: 'm1' } },
        { event: 'clear', streamSid: 'S' },
      ],
      [{ event: 'media', media: { payload: '/w==' } }, { event: 'mark', mark: { name: 'm1' } }, { event: 'clear' }],
    ]);
  });

  it('is heard when a carrier complains of it', () => {
    const complaint = { event: 'error', payload: { code: 100004, title: 'unknown', detail: 'the frame is malformed' } };
    expect(telnyx.read(JSON.stringify(complaint))).toEqual({ is: 'error', message: 'the frame is malformed' });
  });
});
