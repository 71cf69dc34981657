import type { Model } from '../../engines/contract.ts';
import type { Session as SessionUpdate, TranslationSessionCreate } from '../../protocol/types.ts';
import type { Account } from '../metering/account.ts';
import type { Accounts } from '../metering/accounts.ts';
import { type ModelTable, openTo } from '../models.ts';
import type { SessionKind } from '../observability/observation/observer.ts';
import { lockedBySecret } from '../relay/locks.ts';
import { isRelay, type Relay } from '../relay/options.ts';
import type { Binding, BoundSession } from './client-secrets.ts';
import { type HttpError, httpErrors, httpStatuses } from './http-errors.ts';
import { credentialOf, type HeaderReader, type Keyring, offeredSubprotocols } from './keys.ts';
import { type Refusal, refusals } from './refusal.ts';

/** What the server does with clients that ask for the beta API (D8). */
export type BetaHeader = 'ignore' | 'strict' | 'translate';

/** What decides over a connection. */
export interface House {
  readonly keys: Keyring;
  /** What the sessions of each key use, and may use. */
  readonly accounts: Pick<Accounts, 'of'>;
  readonly models: ModelTable;
  readonly now: () => number;
  readonly betaHeader: BetaHeader;
  readonly maxSessions: number;
  readonly sessionCount: () => number;
  /** Bytes that all sessions may hold together, and whether they hold as many. */
  readonly totalBytes: number;
  readonly isFull: () => boolean;
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
      /** As asked for; null for a transcription session, in which no model answers. */
      readonly modelName: string | null;
      /** What the client secret has settled of the session already. */
      readonly settled?: SessionUpdate;
      /** The client asks for the beta shape: whether that is understood (D8). */
      readonly beta?: 'translated' | 'ignored';
      /** The account of the key that opens it. */
      readonly account: Account;
    }
  /** Passed on: an upstream answers it. */
  | {
      readonly answer: 'relay';
      readonly relay: Relay;
      readonly kind: SessionKind;
      /** As asked for; null where none was named. */
      readonly modelName: string | null;
      readonly settled?: SessionUpdate | TranslationSessionCreate;
      /** The client asks for the beta shape: whether that is understood (D8). */
      readonly beta?: 'translated' | 'ignored';
      readonly account: Account;
    }
  /** A translation session, if the model can translate. */
  | {
      readonly answer: 'translate';
      readonly model: Model;
      readonly modelName: string;
      readonly settled?: TranslationSessionCreate;
      readonly account: Account;
    };

/** Where the Realtime API is served over WebSocket. */
export const realtimePath = '/v1/realtime';

/** Where translation sessions are served. */
export const translationsPath = '/v1/realtime/translations';

/**
 * Decides over an upgrade request (behaviour §1.1). Whoever lacks a key learns nothing beyond that. `binding`: what the
 * client secret that was presented stands for; null where none was, or one that is not known.
 */
export function decideEntrance(knock: Knock, house: House, binding: Binding | null = null): Entrance {
  const url = URL.parse(`http://localhost${knock.target}`);
  const isTranslation = url?.pathname === translationsPath;
  if (url === null || (url.pathname !== realtimePath && !isTranslation)) {
    return http(httpStatuses.unknownUrl, httpErrors.unknownUrl('GET', url?.pathname ?? knock.target));
  }
  const credential = credentialOf(knock.header);
  const verdict = binding === null ? house.keys.check(credential) : 'accepted';
  if (verdict !== 'accepted') return refuse(verdict === 'missing' ? refusals.noCredentials() : refusals.wrongKey());
  const callId = url.searchParams.get('call_id');
  if (callId !== null && !isTranslation) return http(httpStatuses.unknownCall, httpErrors.unknownCall(callId));
  if (house.isDraining()) return refuse(refusals.draining());
  if (house.betaHeader === 'strict' && wantsBeta(knock.header)) return refuse(refusals.betaShape());
  const account = house.accounts.of(binding?.owner ?? house.keys.ownerOf(credential));
  const models = openTo(house.models, account.policy.models);
  const choice = (isTranslation ? chooseTranslator : chooseModel)(url.searchParams, models, binding?.bound ?? null);
  if (choice.answer === 'refuse') return choice;
  const entrance: Entrance = { ...choice, account };
  const locked = choice.answer === 'relay' ? lockedBySecret(choice.relay, choice.settled ?? {}) : null;
  if (locked !== null) return refuse(refusals.lockedSecret(locked));
  const refusal = withinLimits(account, house.now());
  if (refusal !== null) return refuse(refusal);
  if (house.sessionCount() >= house.maxSessions) return refuse(refusals.tooManySessions(house.maxSessions));
  if (house.isFull()) return refuse(refusals.memoryFull(house.totalBytes));
  if ((entrance.answer !== 'open' && entrance.answer !== 'relay') || !wantsBeta(knock.header)) return entrance;
  return { ...entrance, beta: house.betaHeader === 'translate' ? 'translated' : 'ignored' };
}

/** Why the key may open no further session. */
function withinLimits(account: Account, at: number): Refusal | null {
  switch (account.refuseSession(at)) {
    case 'sessions':
      return refusals.tooManySessionsOfKey(account.policy.sessions ?? 0);
    case 'budget':
      return refusals.quotaUsedUp();
    default:
      return null;
  }
}

type Refused = Extract<Entrance, { answer: 'refuse' }>;
/** A session as it was asked for, whoever asks. */
type Choice =
  | Refused
  | (Extract<Entrance, { account: Account }> extends infer E
      ? E extends unknown
        ? Omit<E, 'account'>
        : never
      : never);

function chooseModel(query: URLSearchParams, models: ModelTable, bound: BoundSession | null): Choice {
  if (bound?.kind === 'translation') return refuse(refusals.secretForElsewhere(translationsPath));
  const modelName = query.get('model') || null;
  const settled = bound?.session ?? null;
  const wantsTranscription = query.get('intent') === 'transcription';
  if (wantsTranscription || (settled?.type === 'transcription' && modelName === null)) {
    return listen(modelName, models, settled);
  }
  if (settled === null) return named(modelName, models, 'open');
  if (settled.type === 'transcription') return refuse(refusals.modelNotWanted());
  const { model: boundModel } = settled;
  if (differ(modelName, boundModel)) return refuse(refusals.secretForModel(boundModel ?? ''));
  const choice = named(modelName ?? boundModel ?? null, models, 'open');
  return choice.answer === 'open' || choice.answer === 'relay' ? { ...choice, settled } : choice;
}

/** A transcription session (behaviour §0 D17): the model it names listens, else the one that listens where none is named. */
function listen(modelName: string | null, models: ModelTable, settled: SessionUpdate | null): Choice {
  const asked = modelName === null ? null : models.find(modelName);
  const model = asked ?? models.listener;
  if (model === null) return refuse(refusals.unknownModel('', models.names));
  if (settled?.type === 'realtime') return refuse(refusals.secretForElsewhere(`${realtimePath}?model=`));
  const choice: Choice = isRelay(model)
    ? { answer: 'relay', relay: model, kind: 'transcription', modelName: asked === null ? null : modelName }
    : { answer: 'open', model, modelName: null };
  return settled === null ? choice : { ...choice, settled };
}

function chooseTranslator(query: URLSearchParams, models: ModelTable, bound: BoundSession | null): Choice {
  if (query.has('intent')) return refuse(refusals.intentNotWanted());
  if (bound?.kind === 'session') return refuse(refusals.secretForElsewhere(realtimePath));
  const modelName = query.get('model') || null;
  const settled = bound?.session ?? null;
  if (settled !== null && differ(modelName, settled.model)) return refuse(refusals.secretForModel(settled.model));
  const choice = named(modelName ?? settled?.model ?? null, models, 'translate');
  if (settled === null) return choice;
  return choice.answer === 'translate' || choice.answer === 'relay' ? { ...choice, settled } : choice;
}

function differ(asked: string | null, bound: string | undefined): boolean {
  return asked !== null && bound !== undefined && asked !== bound;
}

function named(modelName: string | null, models: ModelTable, answer: 'open' | 'translate'): Choice {
  if (modelName === null) return refuse(refusals.missingModel());
  const model = models.find(modelName);
  if (model === null) return refuse(refusals.unknownModel(modelName, models.names));
  if (!isRelay(model)) return { answer, model, modelName };
  return { answer: 'relay', relay: model, kind: answer === 'open' ? 'realtime' : 'translation', modelName };
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
