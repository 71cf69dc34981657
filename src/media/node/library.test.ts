import { expect, it, vi } from 'vitest';
import { PeersUnavailableError } from '../peer.ts';
import { openPeers } from './webrtc.ts';

vi.mock('node-datachannel', () => {
  throw new Error('Cannot find package');
});

it('says in one line what to install where the library is missing', async () => {
  const opening = openPeers({ udpPort: 0, publicIps: [], iceServers: [] });
  await expect(opening).rejects.toThrow(
    new PeersUnavailableError('WebRTC calls need the package node-datachannel: npm install node-datachannel'),
  );
});
