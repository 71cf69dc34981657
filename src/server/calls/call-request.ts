import { checkCallSession } from '../../protocol/bodies.ts';
import { parseJson } from '../../protocol/parse.ts';
import type { ApiError, RealtimeSession } from '../../protocol/types.ts';
import type { Asker } from '../admission/decide.ts';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import type { Found } from '../resume/resuming.ts';

/** Somebody wants a call. */
export interface CallRequest extends Asker {
  /** SDP. */
  readonly offer: string;
  /** What came with it. */
  readonly session: RealtimeSession | null;
  /** The session that the call takes up, and where it is. Default: it begins one. */
  readonly found?: Found;
  readonly query: URLSearchParams;
  /** Where it comes from. */
  readonly address: string;
  readonly owner: string;
  /** Whoever asked is gone. */
  readonly signal: AbortSignal;
}

/** Path and query of the request. */
export function targetOf({ query }: Pick<CallRequest, 'query'>): string {
  return `/v1/realtime/calls${query.size === 0 ? '' : `?${query}`}`;
}

/** What the body of a request for a call holds. */
export type CallBody =
  | { readonly ok: true; readonly offer: string; readonly session: RealtimeSession | null }
  | { readonly ok: false; readonly status: number; readonly error: HttpError };

/** Reads either form of the body (behaviour §7.1): the offer by itself, or a form with the offer and a session. */
export async function readCallBody(request: Request): Promise<CallBody> {
  const type = request.headers.get('content-type') ?? '';
  switch (type.split(';')[0]?.trim().toLowerCase()) {
    case 'application/sdp':
      return withOffer(await request.text(), null);
    case 'multipart/form-data':
      return readForm(request);
    default:
      return mistake('unsupportedContentType', httpErrors.unsupportedContentType(type));
  }
}

async function readForm(request: Request): Promise<CallBody> {
  let form: FormData;
  try {
    form = await request.formData();
  } catch (cause) {
    return mistake('malformedForm', httpErrors.malformedForm(cause instanceof Error ? cause.message : 'it is none'));
  }
  const unknown = [...form.keys()].find((name) => name !== 'sdp' && name !== 'session');
  if (unknown !== undefined) return mistake('unknownField', httpErrors.unknownField(unknown));
  const [offer, session] = await Promise.all([textOf(form.get('sdp')), textOf(form.get('session'))]);
  if (session === null || session === '') return withOffer(offer ?? '', null);
  const json = parseJson(session);
  if (!json.ok) return invalid({ ...json.error, param: 'session' });
  const checked = checkCallSession(json.value);
  return checked.ok ? withOffer(offer ?? '', checked.value) : invalid(checked.error);
}

/** A part is a text or, where it has a name or type of a file, a file. */
async function textOf(part: ReturnType<FormData['get']>): Promise<string | null> {
  return part === null || typeof part === 'string' ? part : part.text();
}

function withOffer(offer: string, session: RealtimeSession | null): CallBody {
  return offer.trim() === '' ? mistake('missingOffer', httpErrors.missingOffer()) : { ok: true, offer, session };
}

function mistake(name: keyof typeof httpStatuses, error: HttpError): CallBody {
  return { ok: false, status: httpStatuses[name], error };
}

function invalid({ message, type, param = null, code = null }: ApiError): CallBody {
  return { ok: false, status: 400, error: { message, type, param, code } };
}
