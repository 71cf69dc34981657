import type { Wire } from '../../wire/wire.ts';
import { endpointWithHeaders } from '../connection/endpoint.ts';
import { asClientError, ClientError, invalid } from '../errors.ts';
import type { DialTarget, SessionTransport } from '../options.ts';
import type { PlayheadSource } from '../playhead/source.ts';
import { type StatisticsSource, statisticsSource } from '../playhead/statistics-source.ts';
import { ChannelWire } from './channel-wire.ts';
import { AudioDeviceError, asDeviceError } from './device-error.ts';
import { offerCall } from './exchange.ts';

/** Who is heard in a call, and what plays the answers. */
export interface WebRtcOptions {
  /**
   * Who is heard: the browser's microphone (default), the one that constraints describe, or a stream, which stays the
   * caller's to stop. False: nobody, the call only speaks.
   */
  readonly microphone?: boolean | MediaTrackConstraints | MediaStream;
  /** Plays what the server says. Default: one that is on no page. */
  readonly element?: HTMLMediaElement;
  /** STUN and TURN servers of this side, and whatever else a peer connection takes. Default: none. */
  readonly configuration?: RTCConfiguration;
}

/** A call over WebRTC, for the `transport` of one session. After a reconnection it is another call with the same microphone and element. */
export interface WebRtcCall extends SessionTransport {
  /** The call's id, by which your server can join it and hang up; null before there is one, and if the server shows none. */
  readonly callId: string | null;
  /** The connection as it is now, for its statistics; null before the first. */
  readonly connection: RTCPeerConnection | null;
  /** The microphone's sound; null before the first connection, and with `microphone: false`. Mute it by its tracks' `enabled`. */
  readonly stream: MediaStream | null;
  /** Plays the answers. If the browser wants a click first, it is `paused`: call its `play()` in a click handler. */
  readonly element: HTMLMediaElement;
  /** How far the listener is, by the receiver's statistics: give it to `createPlayhead`. */
  readonly source: PlayheadSource;
}

/**
 * Has a session go over WebRTC: its events over a data channel, sound over tracks. The microphone is asked for when the
 * session connects, and let go of when it ends; what the user takes to allow it counts to `timeoutMs`.
 *
 * `connect` then also rejects with code `microphone_unavailable`; if the server refuses the call, with code `refused`
 * and a `close` like that of a socket.
 */
export function webrtc(options: WebRtcOptions = {}): WebRtcCall {
  return new Call(options);
}

/** So often the statistics are read, in milliseconds. */
const reportEveryMs = 100;

class Call implements WebRtcCall {
  callId: string | null = null;
  connection: RTCPeerConnection | null = null;
  stream: MediaStream | null = null;
  readonly element: HTMLMediaElement;
  readonly source: PlayheadSource;
  readonly #statistics: StatisticsSource = statisticsSource();
  readonly #options: WebRtcOptions;

  constructor(options: WebRtcOptions) {
    this.#options = options;
    this.element = options.element ?? new Audio();
    this.source = {
      ...this.#statistics,
      queued: () => {
        this.#statistics.queued();
        // What is counted begins with a report: the sooner, the less is left out.
        void this.#report();
      },
    };
  }

  readonly endpointOf: SessionTransport['endpointOf'] = (options, key) => {
    if (options.callId !== undefined) throw invalid('A call is joined over a WebSocket.');
    const endpoint = endpointWithHeaders(options, key);
    const url = new URL(endpoint.url.replace(/^ws/, 'http'));
    url.pathname = url.pathname.replace(/\/realtime$/, '$&/calls');
    return { ...endpoint, url: url.href };
  };

  readonly dial = async (target: DialTarget): Promise<Wire> => {
    const stream = await this.#microphone(target.signal);
    const connection = new RTCPeerConnection(this.#options.configuration);
    const wire = new ChannelWire(connection, connection.createDataChannel('oai-events'));
    const giveUp = () => wire.drop();
    target.signal.addEventListener('abort', giveUp);
    try {
      this.#tie(connection, stream);
      await connection.setLocalDescription();
      const { sdp, callId } = await offerCall(connection.localDescription?.sdp ?? '', target);
      await connection.setRemoteDescription({ type: 'answer', sdp });
      await wire.opened;
      this.callId = callId;
      this.connection = connection;
      this.#follow(connection);
      return wire;
    } catch (cause) {
      giveUp();
      throw asClientError(cause);
    } finally {
      target.signal.removeEventListener('abort', giveUp);
    }
  };

  ended(): void {
    this.element.srcObject = null;
    if (this.stream !== this.#options.microphone) release(this.stream);
  }

  /** Sound both ways. */
  #tie(connection: RTCPeerConnection, stream: MediaStream | null): void {
    const [track] = stream?.getAudioTracks() ?? [];
    connection.addTransceiver(track ?? 'audio', { direction: track === undefined ? 'recvonly' : 'sendrecv' });
    connection.addEventListener('track', ({ track: heard }) => {
      this.element.srcObject = new MediaStream([heard]);
      // Refused where the page may not make sound yet, which the element shows.
      this.element.play().catch(() => {});
    });
  }

  /** The same microphone for all connections. @throws {ClientError} `microphone_unavailable` */
  async #microphone(signal: AbortSignal): Promise<MediaStream | null> {
    const { microphone = true } = this.#options;
    if (microphone === false) return null;
    if (microphone instanceof MediaStream) {
      this.stream = microphone;
      return microphone;
    }
    if (this.stream?.active === true) return this.stream;
    try {
      // Pages that are not secure have no devices.
      if (navigator.mediaDevices === undefined) throw new AudioDeviceError('insecure_page');
      const stream = await navigator.mediaDevices.getUserMedia({ audio: microphone });
      if (signal.aborted) release(stream);
      signal.throwIfAborted();
      this.stream = stream;
      return stream;
    } catch (cause) {
      throw new ClientError('microphone_unavailable', { cause: asDeviceError(cause) });
    }
  }

  /** Reads the statistics again and again, as long as this connection is. */
  #follow(connection: RTCPeerConnection): void {
    const timer = setInterval(() => {
      if (connection.connectionState === 'closed') clearInterval(timer);
      else void this.#report();
    }, reportEveryMs);
  }

  async #report(): Promise<void> {
    const statistics = await this.connection?.getStats();
    for (const each of statistics?.values() ?? []) {
      if (each.type === 'inbound-rtp') this.#statistics.report(each);
    }
  }
}

function release(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
