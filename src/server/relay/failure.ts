import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { parseJson } from '../../protocol/parse.ts';
import type { WireClosed } from '../../wire/wire.ts';

/** How an upstream did not become a session's. */
export type Failure =
  /** Another may do better. */
  | { readonly is: 'passing'; readonly why: string }
  /** It does not know our key. */
  | { readonly is: 'refused_key'; readonly why: string }
  /** It will not have this session, and says so to the client: an event to pass on as it came, then its close. */
  | { readonly is: 'final'; readonly why: string; readonly frame: Buffer | null; readonly close: WireClosed }
  /** The same by HTTP, with the error of its body; null where it has none. */
  | { readonly is: 'http'; readonly why: string; readonly status: number; readonly error: JsonObject | null };

const passingStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429]);
const keyStatuses: ReadonlySet<number> = new Set([401, 403]);

/** What an answer means that is no upgrade. */
export function httpFailure(status: number, body: string): Failure {
  const why = `status ${status}`;
  if (status >= 500 || passingStatuses.has(status)) return { is: 'passing', why };
  if (keyStatuses.has(status)) return { is: 'refused_key', why };
  return { is: 'http', why, status, error: errorIn(body) };
}

function errorIn(body: string): JsonObject | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const { error } = parsed.value;
  return isJsonObject(error) ? error : null;
}

const passingCodes: ReadonlySet<unknown> = new Set([
  'server_error',
  'rate_limit_exceeded',
  'insufficient_quota',
  'session_limit_reached',
  'conversation_limit_reached',
  'server_draining',
  'upstream_unavailable',
  'upstream_refused',
]);
const keyCodes: ReadonlySet<unknown> = new Set(['invalid_api_key']);
const keyTypes: ReadonlySet<unknown> = new Set(['authentication_error', 'permission_error']);
const passingCloses: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014]);
/** With what an endpoint of the API closes whose key was wrong (behaviour §1.1). */
const keyClose = 3000;

/** What it means that the first frame is an `error`. `close`: how the connection ended with it; null where it did not. */
export function firstErrorFailure(frame: Buffer, event: JsonObject, close: WireClosed | null): Failure | null {
  const error = isJsonObject(event['error']) ? event['error'] : {};
  const { type, code } = error;
  const why = `error ${nameOf(code ?? type)}`;
  if (keyCodes.has(code) || keyTypes.has(type) || close?.code === keyClose) return { is: 'refused_key', why };
  if (passingCodes.has(code ?? type)) return { is: 'passing', why };
  if (close === null) return null;
  const isFinal = !passingCloses.has(close.code) || String(code ?? type).startsWith('invalid_');
  return isFinal ? { is: 'final', why, frame, close } : { is: 'passing', why };
}

/** A code as a log may hold it: what an upstream says may quote anything. */
function nameOf(code: unknown): string {
  return typeof code === 'string' && /^[a-z0-9_.]{1,64}$/.test(code) ? code : 'unnamed';
}

/** What it means that the connection ended before its first frame. */
export function earlyCloseFailure(close: WireClosed): Failure {
  const why = `closed with ${close.code}`;
  if (close.code === keyClose) return { is: 'refused_key', why };
  return passingCloses.has(close.code) ? { is: 'passing', why } : { is: 'final', why, frame: null, close };
}
