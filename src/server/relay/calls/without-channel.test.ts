import { describe, expect, it } from 'vitest';
import { withoutChannel } from './without-channel.ts';

const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:a', 'a=sendrecv'];
const channel = ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:c', 'a=sctp-port:5000'];
const refused = ['m=application 0 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:c', 'a=inactive'];
const sdp = (...lines: readonly (readonly string[])[]) => lines.flat().join('\r\n').concat('\r\n');
const bundle = (...mids: readonly string[]) => [`a=group:BUNDLE ${mids.join(' ')}`];

describe('an offer without its channel', () => {
  it.each([
    ['behind its sound', [audio, channel], ['a', 'c'], (sound: string[]) => [sound, refused]],
    ['before its sound', [channel, audio], ['c', 'a'], (sound: string[]) => [refused, sound]],
    ['twice', [channel, audio, channel], ['c', 'a', 'c'], (sound: string[]) => [refused, sound, refused]],
  ] as const)('%s has the rest as it was, and an answer for each section', (_, sections, mids, answered) => {
    const muzzled = withoutChannel(sdp(head, bundle(...mids), ...sections));
    expect(muzzled?.offer).toBe(sdp(head, bundle('a'), audio));
    const sound = ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:a', 'a=recvonly'];
    expect(muzzled?.answered(sdp(head, bundle('a'), sound))).toBe(sdp(head, bundle('a'), ...answered(sound)));
  });

  it('leaves no line in it that another might take for one of a section', () => {
    const hidden = ' m=application 9 UDP/DTLS/SCTP webrtc-datachannel';
    const lines = [...head, ...audio, hidden, 'M=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:c'];
    for (const end of ['\n', '\r\n', '\r']) expect(withoutChannel(lines.join(end))?.offer).not.toMatch(/application/i);
  });

  it('is none where it is no SDP', () => {
    expect(withoutChannel('hello')).toBeNull();
  });
});
