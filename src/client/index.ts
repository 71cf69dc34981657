/** The client for browsers, their microphones and speakers included. Node, and Bun, Deno and Workers have entries of their own. */
import { dial } from '../wire/web/dial.ts';
import { connector, sessionStarter } from './connect.ts';
import { endpointInBrowser } from './connection/endpoint.ts';
import type { ConnectOptions, Platform } from './options.ts';
import type { RealtimeSession } from './session.ts';

const platform: Platform = {
  endpointOf: endpointInBrowser,
  dial: ({ url, ...target }) => dial(url, target),
};

/**
 * Opens a session over a WebSocket and gives it once it may be used. Rejects with a `ClientError`: `unreachable`,
 * `refused`, `timeout`, `aborted`, `invalid_options`, `key_unavailable`, `closed`.
 */
export const connect: (options: ConnectOptions) => Promise<RealtimeSession> = connector(platform);

/** Gives the session at once, while it connects; what is sent meanwhile waits in order. `session.ready` tells when it may be used. */
export const startSession: (options: ConnectOptions) => RealtimeSession = sessionStarter(platform);

export {
  type AudioDevice,
  AudioDeviceError,
  type AudioDeviceErrorCode,
  createMicrophone,
  createSpeaker,
  type DeviceChange,
  type InputDevice,
  type Level,
  listAudioDevices,
  type Microphone,
  type MicrophoneOptions,
  type PlaybackStats,
  type PlayedSound,
  type SoundKey,
  type Speaker,
  type SpeakerOptions,
  type SpeakerState,
  type WebRtcCall,
  type WebRtcOptions,
  webrtc,
} from './browser/index.ts';
export * from './exports.ts';
