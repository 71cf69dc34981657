import { describe, expect, it } from 'vitest';
import { nativeServers } from './ice-servers.ts';

describe('ICE servers', () => {
  it.each([
    ['stun:stun.example', { hostname: 'stun.example', port: 3478 }],
    ['stun:192.0.2.1:19302', { hostname: '192.0.2.1', port: 19_302 }],
    ['turn:turn.example?transport=udp', { hostname: 'turn.example', port: 3478, relayType: 'TurnUdp' }],
    ['turn:[2001:db8::1]:80?transport=tcp', { hostname: '2001:db8::1', port: 80, relayType: 'TurnTcp' }],
    ['turns:turn.example', { hostname: 'turn.example', port: 5349, relayType: 'TurnTls' }],
  ])('are written as browsers write them: %s', (urls, server) => {
    expect(nativeServers([{ urls }])).toEqual([server]);
  });

  it('take credentials, and several URLs', () => {
    expect(nativeServers([{ urls: ['turn:a', 'turn:b'], username: 'u', credential: 'p' }])).toEqual(
      ['a', 'b'].map((hostname) => ({ hostname, port: 3478, relayType: 'TurnUdp', username: 'u', password: 'p' })),
    );
  });

  it.each(['http://stun.example', 'stun:', 'stun.example:3478', 'turn:a b'])(
    'are refused where they are none: %s',
    (urls) => {
      expect(() => nativeServers([{ urls }])).toThrow(
        new RangeError(`${urls} is not the URL of a STUN or TURN server.`),
      );
    },
  );
});
