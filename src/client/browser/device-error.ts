/** What can be wrong with a microphone, a speaker or the page that asks for them, by code. */
const messages = {
  insecure_page: 'Browsers give sound only to pages from https or from this machine.',
  permission_denied: 'The microphone may not be used: the user, the browser or the page’s policy says no.',
  device_not_found: 'There is no such audio device.',
  device_busy: 'The audio device is taken by another program, or does not work.',
  unsupported: 'This browser can’t do that.',
  worklet_refused: 'The audio worklet could not be loaded: does the content security policy allow blob: in script-src?',
  stopped: 'It has been stopped.',
} as const;

/** Why a microphone or a speaker cannot be used; the page of errors says what to do about each. */
export type AudioDeviceErrorCode = keyof typeof messages;

/** Sound that can't be had. One class; `code` says why, and `cause` is the browser's own error. */
export class AudioDeviceError extends Error {
  override readonly name = 'AudioDeviceError';
  readonly code: AudioDeviceErrorCode;

  constructor(code: AudioDeviceErrorCode, options?: { readonly cause?: unknown }) {
    super(messages[code], options);
    this.code = code;
  }
}

/** What the names of the browsers' errors mean (Media Capture and Streams, section 10.2; Audio Output Devices API, section 3). */
const codes: Readonly<Record<string, AudioDeviceErrorCode>> = {
  NotAllowedError: 'permission_denied',
  SecurityError: 'permission_denied',
  NotFoundError: 'device_not_found',
  OverconstrainedError: 'device_not_found',
  NotReadableError: 'device_busy',
  AbortError: 'device_busy',
  NotSupportedError: 'unsupported',
  TypeError: 'unsupported',
};

/** The error of a browser as ours; ours stays as it is. */
export function asDeviceError(cause: unknown): AudioDeviceError {
  if (cause instanceof AudioDeviceError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  return new AudioDeviceError(codes[name] ?? 'device_busy', { cause });
}
