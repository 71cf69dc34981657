import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OfferError } from '../peer.ts';
import { writeAnswer, writePlainOffer } from './answer.ts';
import { parseSdp } from './lines.ts';
import { maxOfferLength, readOffer } from './offer.ts';

const fingerprint = Array.from({ length: 32 }, (_, nth) => nth.toString(16).padStart(2, '0')).join(':');
const transport = [
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuv',
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:actpass',
  'a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host generation 0',
  'a=candidate:2 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active',
  'a=candidate:3 1 udp 2113937150 3f6e4b1c.local 50001 typ host',
  'a=candidate:4 1 UDP 1677729535 2001:db8::7 50002 typ srflx raddr 0.0.0.0 rport 0',
];

/** As browsers write them, with the parts that are to be different. */
function offer({
  head = ['a=group:BUNDLE 0 1', 'a=extmap-allow-mixed'],
  audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 126'] as readonly string[] | null,
  direction = 'a=sendrecv',
  maps = ['a=rtpmap:111 opus/48000/2', 'a=rtpmap:63 red/48000/2', 'a=rtpmap:9 G722/8000', 'a=rtpmap:0 PCMU/8000'],
  channel = ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel'] as readonly string[] | null,
  more = [] as readonly string[],
  way = transport,
} = {}): string {
  const own = ['c=IN IP4 0.0.0.0', ...way];
  const sound = audio && [...audio, ...own, 'a=mid:0', direction, 'a=rtcp-mux', ...maps];
  const data = channel && [...channel, ...own, 'a=mid:1', 'a=sctp-port:5000', 'a=max-message-size:262144'];
  const lines = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    ...head,
    ...(sound ?? []),
    ...(data ?? []),
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

const ours = {
  ssrc: 7,
  maxMessageBytes: 262_144,
  transport: {
    iceUfrag: 'ours',
    icePwd: 'ourswordourswordourswo',
    fingerprint: `sha-256 ${fingerprint.toUpperCase()}`,
    setup: 'active',
    candidates: [{ priority: 5, address: '203.0.113.7', port: 4000, type: 'host' }],
  },
} as const;
const answerTo = (text: string) => writeAnswer(readOffer(text), ours);
const mediaLines = (sdp: string) => sdp.split('\r\n').filter((line) => line.startsWith('m='));

describe('an offer', () => {
  it('is read as browsers write it', () => {
    const { sound, channel, transport: way } = readOffer(offer());
    expect(sound).toMatchObject({ codec: 'opus', payloadType: 111, receives: true, sends: true });
    expect(channel).toMatchObject({ sctpPort: 5000, maxMessageBytes: 262_144 });
    expect(way).toEqual({
      iceUfrag: 'abcd',
      icePwd: 'abcdefghijklmnopqrstuv',
      fingerprint: `sha-256 ${fingerprint.toUpperCase()}`,
      setup: 'actpass',
      candidates: [
        { priority: 2_113_937_151, address: '192.0.2.7', port: 50_000, type: 'host' },
        { priority: 1_677_729_535, address: '2001:db8::7', port: 50_002, type: 'srflx' },
      ],
    });
  });

  it.each([
    ['sendrecv', true, true],
    ['sendonly', true, false],
    ['recvonly', false, true],
    ['inactive', false, false],
  ])('says by its direction who speaks: %s', (direction, receives, sends) => {
    expect(readOffer(offer({ direction: `a=${direction}` })).sound).toMatchObject({ receives, sends });
    const opposite = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' }[
      direction
    ];
    expect(answerTo(offer({ direction: `a=${direction}` })).split('\r\n')).toContain(`a=${opposite}`);
  });

  it.each([
    ['opus wherever it stands', '0 8 111', ['a=rtpmap:111 OPUS/48000/2'], 'opus', 111],
    ['µ-law before A-law', '8 0', [], 'PCMU', 0],
    ['A-law where there is nothing else', '9 8', [], 'PCMA', 8],
    ['a number of its own for µ-law', '100', ['a=rtpmap:100 PCMU/8000/1'], 'PCMU', 100],
  ] as const)('agrees on %s', (_, formats, maps, codec, payloadType) => {
    const audio = [`m=audio 9 UDP/TLS/RTP/SAVPF ${formats}`];
    expect(readOffer(offer({ audio, maps: [...maps] })).sound).toMatchObject({ codec, payloadType });
  });

  it.each([
    ['two-channel µ-law', '100', ['a=rtpmap:100 PCMU/8000/2']],
    ['a payload type that looks like RTCP', '72', ['a=rtpmap:72 opus/48000/2']],
    ['a payload type that is none', '128', ['a=rtpmap:128 opus/48000/2']],
    ['another codec', '9', ['a=rtpmap:9 G722/8000']],
  ])('does not agree on %s', (_, formats, maps) => {
    const audio = [`m=audio 9 UDP/TLS/RTP/SAVPF ${formats}`];
    expect(readOffer(offer({ audio, maps })).sound).toBeNull();
  });

  it('may lack a channel, or sound', () => {
    expect(readOffer(offer({ channel: null })).channel).toBeNull();
    expect(readOffer(offer({ audio: null })).sound).toBeNull();
  });

  it('without a limit on messages takes any; without a word about it, 64 kB', () => {
    const bytesOf = (text: string) => readOffer(text).channel?.maxMessageBytes;
    expect(bytesOf(offer().replace('max-message-size:262144', 'max-message-size:0'))).toBe(Number.POSITIVE_INFINITY);
    expect(bytesOf(offer().replace('a=max-message-size:262144\r\n', ''))).toBe(65_536);
  });

  it.each([
    ['nothing', '', 'The offer is not SDP.'],
    ['JSON', '{"type":"offer"}', 'The offer is not SDP.'],
    ['a broken media line', offer({ more: ['m=video'] }), 'The offer is not SDP.'],
    ['too much', offer() + 'a='.repeat(maxOfferLength), `The offer is longer than ${maxOfferLength} characters.`],
    [
      'thousands of sections',
      offer({ more: Array.from({ length: 3000 }, () => 'm=video 9 RTP/SAVPF 96') }),
      'The offer has more than 64 media sections.',
    ],
    [
      'neither sound nor a channel',
      offer({ audio: null, channel: null, more: ['m=video 9 UDP/TLS/RTP/SAVPF 96'] }),
      'The offer has neither sound that can be agreed on nor a data channel.',
    ],
    [
      'silent sound alone',
      offer({ channel: null, direction: 'a=inactive' }),
      'The offer has neither sound that can be agreed on nor a data channel.',
    ],
    ['no ICE', offer({ way: transport.slice(2) }), 'The offer has no ICE credentials.'],
    [
      'a short password',
      offer().replaceAll('abcdefghijklmnopqrstuv', 'short'),
      "The offer's ICE credentials are malformed.",
    ],
    ['no fingerprint', offer({ way: transport.toSpliced(2, 1) }), 'The offer has no fingerprint: calls are encrypted.'],
    [
      'half a fingerprint',
      offer().replaceAll(fingerprint, fingerprint.slice(0, 47)),
      "The offer's fingerprint is malformed, or of an unknown algorithm.",
    ],
    [
      'an odd setup',
      offer().replaceAll('actpass', 'holdconn'),
      'The setup of the offer must be actpass, active or passive.',
    ],
  ])('that is %s is refused', (_, text, message) => {
    expect(() => readOffer(text)).toThrow(new OfferError(message));
  });

  it('takes one way only where it offers no bundle', () => {
    expect(readOffer(offer({ head: [] }))).toMatchObject({ sound: { codec: 'opus' }, channel: null });
  });
});

describe('an answer', () => {
  it('refuses all but one sound and one channel with port 0, in the order of the offer', () => {
    const more = [
      'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
      'a=mid:2',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:3',
      'a=rtpmap:111 opus/48000/2',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=mid:4',
    ];
    const answer = answerTo(offer({ more }));
    expect(mediaLines(answer)).toEqual([
      'm=audio 4000 UDP/TLS/RTP/SAVPF 111',
      'm=application 4000 UDP/DTLS/SCTP webrtc-datachannel',
      'm=video 0 UDP/TLS/RTP/SAVPF 96',
      'm=audio 0 UDP/TLS/RTP/SAVPF 111',
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    ]);
    expect(answer).toContain('a=group:BUNDLE 0 1\r\n');
    expect(answer).toContain('a=max-message-size:262144\r\n');
    expect(parseSdp(answer)?.sections.map(({ attributes }) => attributes[0])).toEqual(
      [0, 1, 2, 3, 4].map((mid) => `mid:${mid}`),
    );
  });
});

describe('what may be meant ill', () => {
  const line = fc.oneof(
    fc.constantFrom(...offer().split('\r\n'), 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=bundle-only', 'a=mid:'),
    fc.string({ maxLength: 40 }).map((text) => `a=${text}`),
    fc
      .tuple(fc.constantFrom('ice-ufrag', 'ice-pwd', 'fingerprint', 'candidate', 'rtpmap', 'mid', 'group'), fc.string())
      .map((pair) => `a=${pair.join(':')}`),
    fc.string({ maxLength: 40, unit: 'binary' }),
  );
  const text = fc.oneof(
    fc.array(line, { maxLength: 60 }).map((lines) => ['v=0', ...lines].join('\r\n')),
    fc.tuple(fc.nat(40), fc.array(line, { maxLength: 4 }), fc.nat(4)).map(([at, lines, gone]) =>
      offer()
        .split('\r\n')
        .toSpliced(at, gone, ...lines)
        .join('\r\n'),
    ),
    fc.string({ unit: 'binary' }),
  );

  it('gives an answer to each section, or an OfferError, and nothing else', () => {
    fc.assert(
      fc.property(text, (given) => {
        try {
          const read = readOffer(given);
          const answered = parseSdp(writeAnswer(read, ours));
          expect(answered?.sections.map(({ media }) => media)).toEqual(read.sections.map(({ media }) => media));
          expect(answered?.sections.filter(({ port }) => port !== 0).length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof OfferError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reaches the library only as what we write ourselves', () => {
    const lines =
      /^(v=0|o=- 1 1 IN IP4 127\.0\.0\.1|s=-|t=0 0|a=group:BUNDLE [01](?: 1)?|c=IN IP4 0\.0\.0\.0|a=mid:[01]|a=sendrecv|a=rtcp-mux|m=audio 9 UDP\/TLS\/RTP\/SAVPF \d{1,3}|a=rtpmap:\d{1,3} (opus\/48000\/2|PCM[UA]\/8000)|m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel|a=sctp-port:\d{1,5}|a=max-message-size:\d{1,15}|a=ice-(ufrag|pwd):[\w+/=-]{4,256}|a=fingerprint:sha-\d{1,3} [0-9A-F:]{59,191}|a=setup:(actpass|active|passive)|a=candidate:\d{1,2} 1 udp \d{1,10} [0-9a-fA-F:.]{2,39} \d{1,5} typ (host|srflx|prflx|relay)( raddr 0\.0\.0\.0 rport 0)?|)$/;
    fc.assert(
      fc.property(text, (given) => {
        try {
          for (const said of writePlainOffer(readOffer(given)).split('\r\n')) expect(said).toMatch(lines);
        } catch (error) {
          if (!(error instanceof OfferError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
