import type { ApiError } from '../../protocol/events/index.ts';
import { ClientError } from '../errors.ts';
import { isObject } from '../events/event-shapes.ts';
import type { DialTarget } from '../options.ts';

/** What a server says to an offer. */
export interface Answer {
  readonly sdp: string;
  /** By which servers join and end the call; null if the page may not read it. */
  readonly callId: string | null;
}

/**
 * Offers a call. Settings go along where the key allows it, so that they hold from the first sound on; a client secret has
 * settings of its own, as has a session that is taken up.
 *
 * @throws {ClientError} `unreachable`; `refused` with what the server said
 */
export async function offerCall(sdp: string, target: DialTarget): Promise<Answer> {
  const { url, headers, session, signal } = target;
  const isAgain = new URL(url).searchParams.has('resume');
  const hasOwn = isAgain || headers['Authorization']?.startsWith('Bearer ek_') === true;
  const form = session === undefined || hasOwn ? null : formOf(sdp, target);
  const init =
    form === null ? { headers: { ...headers, 'Content-Type': 'application/sdp' }, body: sdp } : { headers, body: form };
  const response = await fetch(url, { method: 'POST', signal, ...init });
  const body = await response.text();
  if (!response.ok) throw refusal(response.status, body);
  return { sdp: body, callId: response.headers.get('Location')?.split('/').at(-1) ?? null };
}

function formOf(sdp: string, { url, session }: DialTarget): FormData {
  const model = session?.type === 'transcription' ? null : new URL(url).searchParams.get('model');
  const form = new FormData();
  form.set('sdp', sdp);
  form.set('session', JSON.stringify({ ...(model !== null && { model }), ...session }));
  return form;
}

/** How a socket would have been closed; what passes is tried again. */
const closeCodes: Readonly<Record<number, number>> = {
  401: 3000,
  429: 1013,
  500: 1011,
  502: 1014,
  503: 1013,
  504: 1014,
};
const badRequest = 4000;

function refusal(status: number, body: string): ClientError {
  const server = errorIn(body);
  const said = server === null ? '' : `: ${server.message}`;
  const close = { code: closeCodes[status] ?? badRequest, reason: '' };
  return new ClientError('refused', { message: `refused${said} (HTTP ${status})`, server, close });
}

/** The error that the body holds, as the API writes it; null for what others on the way may answer. */
function errorIn(body: string): ApiError | null {
  try {
    const { error } = JSON.parse(body);
    return isObject(error) && typeof error['message'] === 'string'
      ? { type: '', code: null, param: null, ...error, message: error['message'] }
      : null;
  } catch {
    return null;
  }
}
