import type { Model } from '../../engines/contract.ts';
import type { Session as SessionUpdate, TranslationSessionCreate } from '../../protocol/types.ts';
import type { Call, CallDirectory } from '../calls/directory.ts';
import { defaultModelName, type ModelTable } from '../models.ts';
import type { BoundSession } from './client-secrets.ts';
import { type HttpError, httpErrors, httpStatuses } from './http-errors.ts';
import { credentialOf, type HeaderReader, type Keyring, offeredSubprotocols } from './keys.ts';
import { type Refusal, refusals } from './refusal.ts';

/** What the server does with clients that ask for the beta API (D8). */
export type BetaHeader = 'ignore' | 'strict' | 'translate';

/** What decides over a connection. */
export interface House {
  readonly keys: Keyring;
  readonly models: ModelTable;
  readonly betaHeader: BetaHeader;
  readonly maxSessions: number;
  readonly sessionCount: () => number;
  /** Bytes that all sessions may hold together, and whether they hold as many. */
  readonly totalBytes: number;
  readonly isFull: () => boolean;
  readonly isDraining: () => boolean;
  /** The calls that are up. */
  readonly calls: Pick<CallDirectory, 'find'>;
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
      /** As asked for; null for a transcription session, in which no model answers. */
      readonly modelName: string | null;
      /** What the client secret has settled of the session already. */
      readonly settled?: SessionUpdate;
      /** The client asks for the beta shape: whether that is understood (D8). */
      readonly beta?: 'translated' | 'ignored';
    }
  /** A translation session, if the model can translate. */
  | {
      readonly answer: 'translate';
      readonly model: Model;
      readonly modelName: string;
      readonly settled?: TranslationSessionCreate;
    }
  /** Joins the session of a call that is up. */
  | { readonly answer: 'join'; readonly call: Call };

/** How a call begins, if it does. */
export type CallEntrance = Extract<Entrance, { answer: 'refuse' | 'open' }>;

/** Where the Realtime API is served over WebSocket. */
export const realtimePath = '/v1/realtime';

/** Where translation sessions are served. */
export const translationsPath = '/v1/realtime/translations';

/**
 * Decides over an upgrade request (behaviour §1.1). Whoever lacks a key learns nothing beyond that. `bound`: what the
 * client secret that was presented is bound to; null where none was, or one that is not known.
 */
export function decideEntrance(knock: Knock, house: House, bound: BoundSession | null = null): Entrance {
  const url = URL.parse(`http://localhost${knock.target}`);
  const isTranslation = url?.pathname === translationsPath;
  if (url === null || (url.pathname !== realtimePath && !isTranslation)) {
    return http(httpStatuses.unknownUrl, httpErrors.unknownUrl('GET', url?.pathname ?? knock.target));
  }
  const credential = credentialOf(knock.header);
  const verdict = bound === null ? house.keys.check(credential) : 'accepted';
  if (verdict !== 'accepted') return refuse(verdict === 'missing' ? refusals.noCredentials() : refusals.wrongKey());
  const callId = url.searchParams.get('call_id');
  if (callId !== null && !isTranslation)
    return join(callId, house, bound === null ? house.keys.ownerOf(credential) : null);
  if (!isTranslation) return admit(askedIn(url.searchParams), knock.header, house, bound);
  const choice = closed(knock.header, house) ?? chooseTranslator(url.searchParams, house.models, bound);
  return choice.answer === 'refuse' ? choice : (full(house) ?? choice);
}

/** What a session is opened for, as its peer asks. */
interface Asked {
  readonly modelName: string | null;
  readonly wantsTranscription: boolean;
  /** The model that answers where neither the peer nor its client secret names one. Default: none does. */
  readonly otherwise?: string;
}

/**
 * Decides over a call, whose peer holds a good key or client secret (behaviour §7.1). Where no model is named it is the
 * one that client secrets show.
 */
export function decideCall(
  query: URLSearchParams,
  header: HeaderReader,
  house: House,
  bound: BoundSession | null,
): CallEntrance {
  return admit({ ...askedIn(query), otherwise: defaultModelName(house.models) }, header, house, bound);
}

function askedIn(query: URLSearchParams): Asked {
  return { modelName: query.get('model') || null, wantsTranscription: query.get('intent') === 'transcription' };
}

/** A client secret joins no call, so that to it every call is unknown; as is to a key what belongs to another. */
function join(callId: string, { calls }: House, owner: string | null): Entrance {
  const call = owner === null ? null : calls.find(callId, owner);
  return call === null ? http(httpStatuses.unknownCall, httpErrors.unknownCall(callId)) : { answer: 'join', call };
}

type Refused = Extract<Entrance, { answer: 'refuse' }>;
type Opening = Extract<Entrance, { answer: 'open' }>;
type Translating = Extract<Entrance, { answer: 'translate' }>;

function admit(asked: Asked, header: HeaderReader, house: House, bound: BoundSession | null): CallEntrance {
  const choice = closed(header, house) ?? chooseModel(asked, house.models, bound);
  if (choice.answer === 'refuse') return choice;
  const opening: Opening = !wantsBeta(header)
    ? choice
    : { ...choice, beta: house.betaHeader === 'translate' ? 'translated' : 'ignored' };
  return full(house) ?? opening;
}

/** Why nobody who asks like this gets a session now, whichever it is. */
function closed(header: HeaderReader, house: House): Refused | null {
  if (house.isDraining()) return refuse(refusals.draining());
  return house.betaHeader === 'strict' && wantsBeta(header) ? refuse(refusals.betaShape()) : null;
}

/** Why there is no room for another session. */
function full(house: House): Refused | null {
  if (house.sessionCount() >= house.maxSessions) return refuse(refusals.tooManySessions(house.maxSessions));
  return house.isFull() ? refuse(refusals.memoryFull(house.totalBytes)) : null;
}

function chooseModel(asked: Asked, models: ModelTable, bound: BoundSession | null): Refused | Opening {
  if (bound?.kind === 'translation') return refuse(refusals.secretForElsewhere(translationsPath));
  const { modelName, wantsTranscription, otherwise = null } = asked;
  const settled = bound?.session ?? null;
  if (wantsTranscription || (settled?.type === 'transcription' && modelName === null)) {
    return listen(modelName, models, settled);
  }
  if (settled === null) return answering(modelName ?? otherwise, models);
  if (settled.type === 'transcription') return refuse(refusals.modelNotWanted());
  const { model: boundModel } = settled;
  if (differ(modelName, boundModel)) return refuse(refusals.secretForModel(boundModel ?? ''));
  const choice = answering(modelName ?? boundModel ?? otherwise, models);
  return choice.answer === 'open' ? { ...choice, settled } : choice;
}

function answering(name: string | null, models: ModelTable): Refused | Opening {
  const found = named(name, models);
  return 'answer' in found ? found : { answer: 'open', ...found };
}

/** A transcription session (behaviour §0 D17): the model it names listens, else the one that listens where none is named. */
function listen(modelName: string | null, models: ModelTable, settled: SessionUpdate | null): Refused | Opening {
  const model = (modelName === null ? null : models.find(modelName)) ?? models.listener;
  if (model === null) return refuse(refusals.unknownModel('', models.names));
  if (settled?.type === 'realtime') return refuse(refusals.secretForElsewhere(`${realtimePath}?model=`));
  const choice = { answer: 'open', model, modelName: null } as const;
  return settled === null ? choice : { ...choice, settled };
}

function chooseTranslator(
  query: URLSearchParams,
  models: ModelTable,
  bound: BoundSession | null,
): Refused | Translating {
  if (query.has('intent')) return refuse(refusals.intentNotWanted());
  if (bound?.kind === 'session') return refuse(refusals.secretForElsewhere(realtimePath));
  const modelName = query.get('model') || null;
  const settled = bound?.session ?? null;
  if (settled !== null && differ(modelName, settled.model)) return refuse(refusals.secretForModel(settled.model));
  const found = named(modelName ?? settled?.model ?? null, models);
  if ('answer' in found) return found;
  return { answer: 'translate', ...found, ...(settled === null ? {} : { settled }) };
}

function differ(asked: string | null, bound: string | undefined): boolean {
  return asked !== null && bound !== undefined && asked !== bound;
}

function named(modelName: string | null, models: ModelTable): Refused | Pick<Translating, 'model' | 'modelName'> {
  if (modelName === null) return refuse(refusals.missingModel());
  const model = models.find(modelName);
  if (model === null) return refuse(refusals.unknownModel(modelName, models.names));
  return { model, modelName };
}

function wantsBeta(header: HeaderReader): boolean {
  const betas = (header('openai-beta') ?? '').split(',').map((beta) => beta.trim());
  return betas.includes('realtime=v1') || offeredSubprotocols(header).includes('openai-beta.realtime-v1');
}

function http(status: number, error: HttpError): Entrance {
  return { answer: 'http', status, error };
}

function refuse(refusal: Refusal): Refused {
  return { answer: 'refuse', refusal };
}
