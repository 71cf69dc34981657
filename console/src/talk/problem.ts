import { ClientError } from 'antiphon/client';
import { AudioDeviceError } from 'antiphon/client/browser';

/** Why something did not work, for people: what it is, and what they can do. */
export interface Problem {
  readonly is:
    | 'no_microphone'
    | 'permission_denied'
    | 'insecure_page'
    | 'server_gone'
    | 'wrong_key'
    | 'no_calls'
    | 'other';
  readonly title: string;
  readonly advice: string;
}

const problems: Readonly<Record<Exclude<Problem['is'], 'other'>, Omit<Problem, 'is'>>> = {
  no_microphone: {
    title: 'No microphone was found',
    advice: 'Plug one in, or choose one in the settings of your system, and try again. You can type meanwhile.',
  },
  permission_denied: {
    title: 'The microphone is not allowed',
    advice:
      'Allow it for this page: the icon to the left of the address opens its settings. Then try again. You can type meanwhile.',
  },
  insecure_page: {
    title: 'This page may not use a microphone',
    advice:
      'Browsers give it only to pages from https or from this machine: serve with --tls-cert and --tls-key. You can type meanwhile.',
  },
  server_gone: {
    title: 'The server does not answer',
    advice: 'It may have been stopped, or is restarting. Start it again (npm start), then try again.',
  },
  wrong_key: {
    title: 'The server wants another key',
    advice: 'Give one of its API keys: those of --api-key, ANTIPHON_API_KEYS or auth.keys.',
  },
  no_calls: {
    title: 'This server takes no WebRTC calls',
    advice: 'It lacks the optional package node-datachannel. The session goes over a WebSocket instead.',
  },
};

export function problem(is: Exclude<Problem['is'], 'other'>): Problem {
  return { is, ...problems[is] };
}

const ofDevice: Readonly<Record<string, Exclude<Problem['is'], 'other'>>> = {
  permission_denied: 'permission_denied',
  insecure_page: 'insecure_page',
  device_not_found: 'no_microphone',
  device_busy: 'no_microphone',
  unsupported: 'no_microphone',
};

/** What was thrown, as people understand it. */
export function problemOf(cause: unknown): Problem {
  if (cause instanceof AudioDeviceError) {
    const is = ofDevice[cause.code];
    return is === undefined ? other(cause) : problem(is);
  }
  if (!(cause instanceof ClientError)) return other(cause);
  if (cause.code === 'microphone_unavailable') return problemOf(cause.cause);
  const code = cause.server?.code;
  if (code === 'calls_unavailable') return problem('no_calls');
  if (code === 'invalid_api_key') return problem('wrong_key');
  const isSilent =
    cause.server === null && ['unreachable', 'closed', 'timeout', 'connection_lost'].includes(cause.code);
  if (isSilent && (cause.close === null || cause.close.code === 1006)) return problem('server_gone');
  return other(cause.server ?? cause.close?.reason ?? cause);
}

function other(cause: unknown): Problem {
  const said = typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : cause;
  return { is: 'other', title: 'The session could not go on', advice: String(said) };
}

/** How a session that was open came to its end; null where it was meant to. */
export function problemOfClose(code: number, reason: string): Problem | null {
  if (code === 1000 || code === 1005) return null;
  if (code === 1006) return problem('server_gone');
  return {
    is: 'other',
    title: 'The session has ended',
    advice: reason === '' ? `It was closed with code ${code}.` : reason,
  };
}
