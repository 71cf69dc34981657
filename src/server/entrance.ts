import type { Model } from '../engines/contract.ts';
import { credentialOf, type HeaderReader, type Keyring, offeredSubprotocols } from './auth.ts';
import { type HttpError, httpErrors } from './http/errors.ts';
import type { ModelTable } from './models.ts';
import type { OriginRule } from './origin.ts';
import { type Refusal, refusals } from './refusal.ts';

/** What the server does with clients that ask for the beta API (D8). */
export type BetaHeader = 'ignore' | 'strict' | 'translate';

/** What decides over a connection. */
export interface House {
  readonly keys: Keyring;
  readonly origins: OriginRule;
  readonly models: ModelTable;
  readonly betaHeader: BetaHeader;
  readonly maxSessions: number;
  readonly sessionCount: () => number;
  readonly isDraining: () => boolean;
}

/** An upgrade request, read. */
export interface Knock {
  /** The request target: path and query. */
  readonly target: string;
  readonly header: HeaderReader;
}

/** How a connection begins, if it does. */
export type Entrance =
  /** Refused before the upgrade, by HTTP. */
  | { readonly answer: 'http'; readonly status: number; readonly error: HttpError }
  /** Upgraded, told an error, closed. */
  | { readonly answer: 'refuse'; readonly refusal: Refusal }
  | {
      readonly answer: 'open';
      readonly model: Model;
      /** As asked for; null for a transcription session, which names none. */
      readonly modelName: string | null;
    }
  /** A translation session, if the model can translate. */
  | { readonly answer: 'translate'; readonly model: Model; readonly modelName: string };

/** Where the Realtime API is served over WebSocket. */
export const realtimePath = '/v1/realtime';

/** Where translation sessions are served. */
export const translationsPath = '/v1/realtime/translations';

/** Decides over an upgrade request (behaviour §1.1). Whoever lacks a key learns nothing beyond that. */
export function decideEntrance(knock: Knock, house: House): Entrance {
  const url = URL.parse(`http://localhost${knock.target}`);
  const isTranslation = url?.pathname === translationsPath;
  if (url === null || (url.pathname !== realtimePath && !isTranslation)) {
    return http(404, httpErrors.unknownUrl('GET', url?.pathname ?? knock.target));
  }
  if (!house.origins(knock.header('origin') ?? null)) return http(403, httpErrors.originNotAllowed());
  const verdict = house.keys.check(credentialOf(knock.header));
  if (verdict !== 'accepted') return refuse(verdict === 'missing' ? refusals.noCredentials() : refusals.wrongKey());
  const callId = url.searchParams.get('call_id');
  if (callId !== null && !isTranslation) return http(404, httpErrors.unknownCall(callId));
  if (house.isDraining()) return refuse(refusals.draining());
  if (house.betaHeader === 'strict' && wantsBeta(knock.header)) return refuse(refusals.betaShape());
  const choose = isTranslation ? chooseTranslator : chooseModel;
  const entrance = choose(url.searchParams, house.models);
  const isFull = house.sessionCount() >= house.maxSessions;
  return entrance.answer !== 'refuse' && isFull ? refuse(refusals.tooManySessions(house.maxSessions)) : entrance;
}

function chooseModel(query: URLSearchParams, models: ModelTable): Entrance {
  const modelName = query.get('model') || null;
  if (query.get('intent') === 'transcription') {
    if (modelName !== null) return refuse(refusals.modelNotWanted());
    if (models.listener === null) return refuse(refusals.unknownModel('', models.names));
    return { answer: 'open', model: models.listener, modelName: null };
  }
  return named(modelName, models, 'open');
}

function chooseTranslator(query: URLSearchParams, models: ModelTable): Entrance {
  if (query.has('intent')) return refuse(refusals.intentNotWanted());
  return named(query.get('model') || null, models, 'translate');
}

function named(modelName: string | null, models: ModelTable, answer: 'open' | 'translate'): Entrance {
  if (modelName === null) return refuse(refusals.missingModel());
  const model = models.find(modelName);
  if (model === null) return refuse(refusals.unknownModel(modelName, models.names));
  return { answer, model, modelName };
}

function wantsBeta(header: HeaderReader): boolean {
  const betas = (header('openai-beta') ?? '').split(',').map((beta) => beta.trim());
  return betas.includes('realtime=v1') || offeredSubprotocols(header).includes('openai-beta.realtime-v1');
}

function http(status: number, error: HttpError): Entrance {
  return { answer: 'http', status, error };
}

function refuse(refusal: Refusal): Entrance {
  return { answer: 'refuse', refusal };
}
