/** Sound in browsers: a microphone and a speaker for a session. */
export type { Level } from '../../audio/level-meter.ts';
export type { PlayedSound, SoundKey } from '../../audio/played-items.ts';
export { AudioDeviceError, type AudioDeviceErrorCode } from './device-error.ts';
export { type AudioDevice, listAudioDevices } from './devices.ts';
export {
  createMicrophone,
  type DeviceChange,
  type InputDevice,
  type Microphone,
  type MicrophoneOptions,
} from './microphone.ts';
export {
  createSpeaker,
  type PlaybackStats,
  type Speaker,
  type SpeakerOptions,
  type SpeakerState,
} from './speaker.ts';
export { type WebRtcCall, type WebRtcOptions, webrtc } from './webrtc.ts';
