import type { AudioDeviceErrorCode } from '../../src/client/browser/device-error.ts';
import type { ClientErrorCode } from '../../src/client/errors.ts';
import type { SetupProblem } from '../../src/server/setup-error.ts';

interface Case {
  readonly when: string;
  readonly todo: string;
}

/** When the client throws, or rejects with, a `ClientError`, and what to do. */
export const clientCases: Readonly<Record<ClientErrorCode, Case>> = {
  aborted: {
    when: 'The signal said so, or a response was cancelled before it began.',
    todo: 'Nothing: you asked for it.',
  },
  busy: {
    when: '`whenBusy` is `fail`, and another response is in progress.',
    todo: 'Wait for it, or choose another `whenBusy`.',
  },
  closed: { when: 'The session is over; `server` and `close` say how.', todo: 'Connect again.' },
  connection_lost: {
    when: 'The connection broke before the answer came.',
    todo: 'Ask again, once `onConnection` says `reconnected`.',
  },
  events_overflowed: {
    when: 'A loop over events is slower than the events come.',
    todo: 'Read faster, or use handlers.',
  },
  invalid_options: {
    when: 'The options name no endpoint, hold a limit that is no number, or ask for something that the platform cannot do; or `appendAudio` got something that is no sound.',
    todo: 'Correct what the message names.',
  },
  key_unavailable: {
    when: 'The `key` function failed; `cause` says how.',
    todo: 'Repair it, or the server that it asks.',
  },
  malformed_event: {
    when: 'The server sent something that is no event of the protocol, or ended a response with it; `cause` is what came.',
    todo: 'Tell the people who make the server.',
  },
  microphone_unavailable: {
    when: 'A call needs a microphone, and the browser gives none; `cause` is an `AudioDeviceError` that says why.',
    todo: 'Do what [its code](#sound-in-a-browser) says, give a stream of your own, or call with `microphone: false`.',
  },
  queue_full: {
    when: 'Too much is waiting to be sent.',
    todo: 'Send less, or raise `maxQueuedEvents` and `maxQueuedBytes`.',
  },
  refused: {
    when: 'The server said why and closed, or refused `session`; see `server` and `close`.',
    todo: 'Correct what the error names. Its code is in the tables above.',
  },
  restored_item: {
    when: 'The item to be truncated was restored after a reconnection, and is only text since then.',
    todo: 'Leave it as it is.',
  },
  timeout: { when: 'No answer came in time.', todo: 'Try again, or allow for more time.' },
  unreachable: {
    when: 'No connection could be made; `cause` says why.',
    todo: 'Check the address, the network and the certificate.',
  },
};

/** When a microphone or speaker of `antiphon/client/browser` cannot be had, and what to do. */
export const deviceCases: Readonly<Record<AudioDeviceErrorCode, string>> = {
  insecure_page: 'Serve the page over https, or from localhost.',
  permission_denied: 'Ask the user to allow it in the address bar; in a frame, give it `allow="microphone"`.',
  device_not_found: 'Let the user choose from `listAudioDevices()`, or plug one in.',
  device_busy: 'Close the other program that holds it.',
  unsupported:
    'Leave the default device and rate: this browser cannot choose a speaker, or its rate cannot be resampled.',
  worklet_refused:
    'Allow `blob:` in `script-src`, or [serve the worklet yourself](client-audio.md#bundlers-and-content-security-policies).',
  stopped: 'Create a new one.',
};

/** When `listen` rejects, or a command ends, with a `SetupError`, and what to do. */
export const setupCases: Readonly<Record<SetupProblem, Case>> = {
  address_unavailable: {
    when: 'The port is in use or needs more rights, or the host is not of this machine.',
    todo: 'Choose another host, or another port (`--port 0` picks a free one).',
  },
  invalid_certificate: {
    when: 'The certificate or key is not PEM, or they do not belong together.',
    todo: 'Give both as PEM; [tls.md](tls.md) makes a pair.',
  },
  invalid_configuration: {
    when: 'An option, flag, environment variable or the configuration file makes no sense.',
    todo: 'Correct what the message names. `antiphon check-config` lists every mistake of a file.',
  },
  not_available: {
    when: 'The setting is understood, but what it asks for is not built yet.',
    todo: 'Leave it out.',
  },
  unreadable_file: { when: 'A file that was named cannot be read.', todo: 'Check its path and its rights.' },
};
