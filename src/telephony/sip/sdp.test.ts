import { describe, expect, it } from 'vitest';
import { answerOffer } from './sdp.ts';

const place = { address: '203.0.113.7', port: 20_000, id: 1, version: 1 };

/** Any codec, and nothing to protect it by. */
const open = { only: null, secret: null };

function offer(...lines: readonly string[]): string {
  const head = ['v=0', 'o=alice 2890844526 2890844526 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
  return [...head, ...lines, ''].join('\r\n');
}

const usual = offer(
  'm=audio 49170 RTP/AVP 9 0 8 101',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
);

describe('an offer of a telephone', () => {
  it('is answered with the first G.711 that it has, and its keys', () => {
    const agreed = answerOffer(usual, place, open);
    expect(agreed?.sound).toEqual({
      codec: 'PCMU',
      payloadType: 0,
      keys: 101,
      address: '192.0.2.1',
      port: 49_170,
      controlPort: 49_171,
      crypto: null,
      receives: true,
      sends: true,
    });
    expect(agreed?.answer.split('\r\n')).toEqual([
      'v=0',
      'o=- 1 1 IN IP4 203.0.113.7',
      's=-',
      'c=IN IP4 203.0.113.7',
      't=0 0',
      'm=audio 20000 RTP/AVP 0 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
  });

  it.each([
    ['without maps, since the numbers speak for themselves', ['m=audio 4000 RTP/AVP 8 0'], 'PCMA', 8],
    ['under numbers of its own', ['m=audio 4000 RTP/AVP 96 0', 'a=rtpmap:96 pcma/8000/1'], 'PCMA', 96],
    ['whose number stands for something else', ['m=audio 4000 RTP/AVP 0 8', 'a=rtpmap:0 SPEEX/8000'], 'PCMA', 8],
  ])('may come %s', (_, lines, codec, payloadType) => {
    expect(answerOffer(offer(...lines), place, open)?.sound).toMatchObject({ codec, payloadType, keys: null });
  });

  it('is turned down line by line where it is not of sound, and has its own address there', () => {
    const lines = [
      'm=video 5000 RTP/AVP 96',
      'm=audio 4000 RTP/AVP 0',
      'c=IN IP6 2001:db8::1',
      'm=audio 4002 RTP/SAVP 0',
      'm=image 6000 udptl t38',
    ];
    const agreed = answerOffer(offer(...lines), { ...place, address: '2001:db8::7' }, open);
    expect(agreed?.sound.address).toBe('2001:db8::1');
    expect(agreed?.answer.match(/^m=.*$/gm)).toEqual([
      'm=video 0 RTP/AVP 96',
      'm=audio 20000 RTP/AVP 0',
      'm=audio 0 RTP/SAVP 0',
      'm=image 0 udptl t38',
    ]);
    expect(agreed?.answer).toContain('c=IN IP6 2001:db8::7');
  });

  it.each([
    ['a=sendrecv', true, true, 'a=sendrecv'],
    ['a=sendonly', true, false, 'a=recvonly'],
    ['a=recvonly', false, true, 'a=sendonly'],
    ['a=inactive', false, false, 'a=inactive'],
    ['c=IN IP4 0.0.0.0', true, false, 'a=recvonly'],
  ])('may put us on hold: %s', (line, receives, sends, told) => {
    const agreed = answerOffer(offer('m=audio 4000 RTP/AVP 0', line), place, open);
    expect(agreed?.sound).toMatchObject({ receives, sends });
    expect(agreed?.answer).toContain(`${told}\r\n`);
  });

  it.each([
    ['nothing', ''],
    ['no SDP', 'hello'],
    ['no sound', offer('m=video 5000 RTP/AVP 96')],
    ['no codec that we know', offer('m=audio 4000 RTP/AVP 9 18')],
    ['sound that is over', offer('m=audio 0 RTP/AVP 0')],
    ['no address', usual.replace('c=IN IP4 192.0.2.1\r\n', '')],
    ['a name for an address', usual.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 host.example')],
  ])('can’t be answered that has %s', (_, text) => {
    expect(answerOffer(text, place, open)).toBeNull();
  });
});

describe('where sound goes', () => {
  const answered = (address: string): boolean =>
    answerOffer(usual.replace(/c=.*/, `c=${address}`), place, open) !== null;

  it('is one machine, by its number: no name is looked up, and nothing goes to many', () => {
    const good = ['IN IP4 192.0.2.1', 'IN IP4 0.0.0.0', 'IN IP6 2001:db8::1', 'IN IP6 ::', 'IN IP6 1:2:3:4:5:6:7:8'];
    expect(good.filter((each) => !answered(each))).toEqual([]);
    const names = [
      'IN IP4 dead.beef',
      'IN IP4 a.example',
      'IN IP4 phone.example',
      'IN IP4 192.0.2',
      'IN IP4 192.0.2.256',
    ];
    const many = ['IN IP4 224.0.0.1', 'IN IP4 224.2.1.1/127', 'IN IP4 255.255.255.255', 'IN IP6 ff02::1'];
    const wrong = ['IN IP6 1::2::3', 'IN IP6 :::', 'IN IP6 1:2:3', 'IN IP6 12345::'];
    expect([...names, ...many, ...wrong].filter(answered)).toEqual([]);
  });

  it('is in packets of a number that packets can have', () => {
    const of = (type: string) =>
      answerOffer(offer(`m=audio 4000 RTP/AVP ${type}`, `a=rtpmap:${type} PCMU/8000`), place, open)?.sound.payloadType;
    expect(['96', '127', '128', '200', 'x'].map(of)).toEqual([96, 127, undefined, undefined, undefined]);
  });
});
