import type { ApiError } from '../../protocol/types.ts';
import { type HttpError, httpStatuses } from '../admission/http-errors.ts';
import type { Refusal } from '../admission/refusal.ts';

/** What becomes of an offer. */
export type Exchanged = { readonly ok: true; readonly id: string; readonly answer: string } | RefusedCall;

/** A call that is not to be, as HTTP tells it. */
export interface RefusedCall {
  readonly ok: false;
  readonly status: number;
  readonly error: HttpError;
  /** When to ask again; Infinity where waiting does not help. Absent where nobody can say. */
  readonly retrySeconds?: number;
}

export function refusal(name: keyof typeof httpStatuses, error: HttpError): RefusedCall {
  return { ok: false, status: httpStatuses[name], error };
}

/** A mistake in what came with the call, or what another says of it. */
export function invalid({ message, type, param = null, code = null }: ApiError, status = 400): RefusedCall {
  return { ok: false, status, error: { message, type, param, code } };
}

/** What would be told on a socket, with the status for its close code. */
export function refusedBy({ error, closeCode, retrySeconds }: Refusal): RefusedCall {
  if (retrySeconds !== undefined) return { ...invalid(error, 429), retrySeconds };
  return invalid(error, statusOf[closeCode] ?? 400);
}

const statusOf: Readonly<Record<number, number>> = { 3000: 401, 4000: 400, 1001: 503, 1013: 503, 1011: 500 };
