import type { Wire } from '../../src/wire/wire.ts';

const maxMessageSize = 1_000;

/** A data channel of a browser, as far as a wire needs it. */
export class FakeChannel extends EventTarget {
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  binaryType = 'blob';
  /** What `send` throws. */
  failure: Error | null = null;
  readonly sent: string[] = [];
  /** Where its events go. */
  peer: Wire | null = null;

  send(text: string): void {
    if (this.failure !== null) throw this.failure;
    if (text.length > maxMessageSize) throw new TypeError('too large');
    this.sent.push(text);
    this.peer?.send(text);
  }
  close(): void {
    this.readyState = 'closing';
    this.peer?.close(1000, '');
  }
  opens(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
  }
  receives(data: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  closes(): void {
    this.readyState = 'closed';
    this.dispatchEvent(new Event('close'));
  }
}

/** A peer connection of a browser whose other side is whatever the test says. */
export class FakeConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { readonly sdp: string } | null = null;
  remoteSdp = '';
  readonly sctp = { maxMessageSize };
  readonly channel = new FakeChannel();
  readonly transceivers: (readonly [unknown, unknown])[] = [];
  label = '';
  #playedSeconds = 5;
  /** What the other side does with an answer that it sees taken. */
  answered: (channel: FakeChannel) => void = () => {};

  addTransceiver(track: unknown, { direction }: { readonly direction: string }): void {
    this.transceivers.push([track, direction]);
  }
  createDataChannel(label: string): FakeChannel {
    this.label = label;
    return this.channel;
  }
  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: 'v=0 offer' };
    return Promise.resolve();
  }
  setRemoteDescription({ sdp }: { readonly sdp: string }): Promise<void> {
    this.remoteSdp = sdp;
    this.answered(this.channel);
    return Promise.resolve();
  }
  getStats(): Promise<Map<string, unknown>> {
    this.#playedSeconds += 0.1;
    return Promise.resolve(new Map([['in', { type: 'inbound-rtp', totalSamplesDuration: this.#playedSeconds }]]));
  }
  close(): void {
    this.connectionState = 'closed';
  }
  becomes(state: RTCPeerConnectionState): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

/** A microphone's stream. */
export class FakeStream {
  readonly tracks: readonly FakeTrack[];
  constructor(tracks: readonly FakeTrack[] = [new FakeTrack()]) {
    this.tracks = tracks;
  }
  get active(): boolean {
    return this.tracks.some(({ isStopped }) => !isStopped);
  }
  getTracks(): readonly FakeTrack[] {
    return this.tracks;
  }
  getAudioTracks(): readonly FakeTrack[] {
    return this.tracks;
  }
}

export class FakeTrack {
  isStopped = false;
  stop(): void {
    this.isStopped = true;
  }
}

/** An element that plays. */
export class FakeAudio {
  srcObject: unknown = null;
  play(): Promise<void> {
    return Promise.reject(new Error('no click yet'));
  }
}
