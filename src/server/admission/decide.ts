import type { Model } from '../../engines/contract.ts';
import type { Session as SessionUpdate, TranslationSessionCreate } from '../../protocol/types.ts';
import type { Call, CallDirectory } from '../calls/directory.ts';
import type { Account } from '../metering/account.ts';
import type { Accounts } from '../metering/accounts.ts';
import type { Place } from '../metering/places.ts';
import { defaultModelName, type ModelTable, openTo } from '../models.ts';
import type { SessionKind } from '../observability/observation/observer.ts';
import { lockedInSession } from '../relay/locks.ts';
import { isRelay, type Relay } from '../relay/options.ts';
import type { Claimed } from '../resume/written.ts';
import { type Binding, type BoundSession, ownerOf } from './client-secrets.ts';
import { type HttpError, httpErrors, httpStatuses } from './http-errors.ts';
import { credentialOf, type HeaderReader, type Keyring, offeredSubprotocols } from './keys.ts';
import { secondsUntil } from './over-limit.ts';
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
  /** The shared state is away, and nobody is let in without it. Default: never. */
  readonly isShut?: () => boolean;
  /** The calls that are up. */
  readonly calls: Pick<CallDirectory, 'find'>;
  /** The other node that holds the call or session of this id, as the id says; null where that is none. */
  readonly holderOf: (id: string) => string | null;
}

/** An upgrade request, read. */
export interface Knock {
  /** The request target: path and query. */
  readonly target: string;
  readonly header: HeaderReader;
  /** Another node has passed it on; so it goes no further. Default false. */
  readonly isForwarded?: boolean;
}

/** Refused before the upgrade, by HTTP. */
export interface HttpAnswer {
  readonly answer: 'http';
  readonly status: number;
  readonly error: HttpError;
}

/** How a connection begins, if it does. */
export type Entrance =
  | HttpAnswer
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
      /** Among the sessions of that key, where they are bounded; it is given back with the session. */
      readonly place?: Place;
      /** The client asks to be able to take it up again. Default false. */
      readonly asksToResume?: boolean;
      /** It was begun before, and goes on. */
      readonly claimed?: Claimed;
    }
  /** Takes up a session that was begun before. */
  | {
      readonly answer: 'resume';
      readonly handle: string;
      /** The event that the client saw last; null where it does not say. */
      readonly after: string | null;
      readonly account: Account;
    }
  /** Passed on: an upstream answers it. */
  | {
      readonly answer: 'relay';
      readonly relay: Relay;
      readonly kind: SessionKind;
      /** As asked for; null where none was named. */
      readonly modelName: string | null;
      readonly place?: Place;
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
      readonly place?: Place;
    }
  /** Joins the session of a call that is up. */
  | { readonly answer: 'join'; readonly call: Call }
  /** Passed on to the node that holds the call; where that is not to be reached, `otherwise` is the answer. */
  | { readonly answer: 'forward'; readonly node: string; readonly otherwise: HttpAnswer };

/** How a session of conversation or transcription begins, if it does. */
export type SessionEntrance = Extract<Entrance, { answer: 'refuse' | 'open' | 'relay' }>;

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
  if (callId !== null && !isTranslation)
    return join(callId, house, { owner: binding === null ? house.keys.ownerOf(credential) : null, knock });
  const account = house.accounts.of(ownerOf(house.keys, credential, binding));
  const asker = { account, bound: binding?.bound ?? null, header: knock.header };
  const handle = handleIn(url.searchParams);
  if (handle !== null) return isTranslation ? refuse(refusals.resumeNotAvailable()) : again(handle, url, asker, house);
  return isTranslation
    ? admitTranslation(url.searchParams, house, asker)
    : admit(askedIn(url.searchParams), house, asker);
}

/** The handle of the session that is asked for again; null where a new one is. */
export function handleIn(query: URLSearchParams): string | null {
  return query.get('resume') ?? query.get('conversation_id');
}

/** Whoever asks, with a good key or client secret. */
export interface Asker {
  readonly account: Account;
  /** What the client secret is bound to; null where it was a key. */
  readonly bound: BoundSession | null;
  readonly header: HeaderReader;
}

/** What a session is opened for, as its peer asks. */
interface Asked {
  readonly modelName: string | null;
  readonly wantsTranscription: boolean;
  /** Where neither the peer nor its client secret names a model, the one that client secrets show answers. */
  readonly hasDefault?: boolean;
  readonly asksToResume?: boolean;
}

/** Where the session of the handle is, if anywhere, is found out later: others may have to be asked. */
function again(handle: string, { searchParams }: URL, { account, header }: Asker, house: House): Entrance {
  return closed(header, house) ?? { answer: 'resume', handle, after: searchParams.get('after'), account };
}

/** Decides over a session that was claimed, of which nobody has gone on: it begins like a new one of the same model. */
export function decideClaimed(
  claimed: Claimed,
  house: House,
  { account, header }: Omit<Asker, 'bound'>,
): SessionEntrance {
  const { modelName } = claimed.written;
  const models = openTo(house.models, account.policy.models);
  const choice = modelName === null ? listen(null, models, null) : answering(modelName, models);
  if (choice.answer === 'relay') return refuse(refusals.resumeNotAvailable());
  if (choice.answer === 'refuse') return choice;
  return turnedAway(choice, house, account) ?? { ...choice, ...betaOf(header, house), account, claimed };
}

/** Decides over a call, whose peer holds a good key or client secret (behaviour §7.1). It need not name a model. */
export function decideCall(query: URLSearchParams, house: House, asker: Asker): SessionEntrance {
  return admit({ ...askedIn(query), hasDefault: true }, house, asker);
}

function askedIn(query: URLSearchParams): Asked {
  return {
    modelName: query.get('model') || null,
    wantsTranscription: query.get('intent') === 'transcription',
    asksToResume: query.get('resumption') === '1',
  };
}

/** A client secret joins no call, so that to it every call is unknown; as is to a key what belongs to another. */
function join(
  callId: string,
  { calls, holderOf }: House,
  { owner, knock }: { readonly owner: string | null; readonly knock: Knock },
): Entrance {
  const unknown = http(httpStatuses.unknownCall, httpErrors.unknownCall(callId));
  if (owner === null) return unknown;
  const call = calls.find(callId, owner);
  if (call !== null) return { answer: 'join', call };
  const node = knock.isForwarded === true ? null : holderOf(callId);
  return node === null ? unknown : { answer: 'forward', node, otherwise: unknown };
}

type Refused = Extract<Entrance, { answer: 'refuse' }>;
/** A session as it was asked for, whoever asks. */
type Unowned<E> = E extends unknown ? Omit<E, 'account'> : never;
type Opening = Unowned<Extract<Entrance, { answer: 'open' }>>;
type Relaying = Unowned<Extract<Entrance, { answer: 'relay' }>>;
type Translating = Unowned<Extract<Entrance, { answer: 'translate' }>>;

function admit(asked: Asked, house: House, asker: Asker): SessionEntrance {
  const { account, bound, header } = asker;
  const models = openTo(house.models, account.policy.models);
  const choice = closed(header, house) ?? chooseModel(asked, models, bound);
  if (choice.answer === 'refuse') return choice;
  const turned = turnedAway(choice, house, account);
  if (turned !== null) return turned;
  const entered = { ...choice, ...betaOf(header, house), account };
  const asksToResume = asked.asksToResume === true || choice.settled?.resumption?.enabled === true;
  return entered.answer === 'open' && asksToResume ? { ...entered, asksToResume } : entered;
}

function admitTranslation(query: URLSearchParams, house: House, asker: Asker): Entrance {
  const { account, bound, header } = asker;
  const models = openTo(house.models, account.policy.models);
  const choice = closed(header, house) ?? chooseTranslator(query, models, bound);
  if (choice.answer === 'refuse') return choice;
  const refused = turnedAway(choice, house, account);
  if (refused !== null) return refused;
  return choice.answer === 'relay' ? { ...choice, ...betaOf(header, house), account } : { ...choice, account };
}

/** Why nobody who asks like this gets a session now, whichever it is. */
export function closed(header: HeaderReader, house: House): Refused | null {
  const shut = shutFor(house);
  if (shut !== null) return refuse(shut);
  return house.betaHeader === 'strict' && wantsBeta(header) ? refuse(refusals.betaShape()) : null;
}

/** Why nobody gets a session now; null where somebody may. */
export function shutFor({ isDraining, isShut }: House): Refusal | null {
  if (isDraining()) return refusals.draining();
  return isShut?.() === true ? refusals.stateUnavailable() : null;
}

/** Whether the beta shape that the client asks for is understood; nothing where it does not. */
function betaOf(header: HeaderReader, { betaHeader }: House): Pick<Opening, 'beta'> {
  if (!wantsBeta(header)) return {};
  return { beta: betaHeader === 'translate' ? 'translated' : 'ignored' };
}

/** Why this session is not to be had: for its settings, for the limits of its key, or for want of room. */
function turnedAway(choice: Opening | Relaying | Translating, house: House, account: Account): Refused | null {
  const locked = choice.answer === 'relay' ? lockedInSession(choice.relay, choice.settled ?? {}) : null;
  if (locked !== null) return refuse(refusals.lockedSecret(locked));
  const refusal = withinLimits(account, house.now()) ?? fullFor(house);
  return refusal === null ? null : refuse(refusal);
}

/** Why the server has no room for one more session; null where it has. */
export function fullFor({ sessionCount, maxSessions, isFull, totalBytes }: House): Refusal | null {
  if (sessionCount() >= maxSessions) return refusals.tooManySessions(maxSessions);
  return isFull() ? refusals.memoryFull(totalBytes) : null;
}

/** Why the key may open no further session. */
function withinLimits(account: Account, at: number): Refusal | null {
  switch (account.refuseSession(at)) {
    case 'sessions':
      return refusals.tooManySessionsOfKey(account.policy.sessions ?? 0);
    case 'budget':
      return spentOf(account, at);
    default:
      return null;
  }
}

/** Why a key whose money is used up gets nothing; null where there is some. */
export function spentOf(account: Account, at: number): Refusal | null {
  return account.isExhausted(at) ? refusals.quotaUsedUp(secondsUntil(account.budgetFreeAt(at), at)) : null;
}

function chooseModel(asked: Asked, models: ModelTable, bound: BoundSession | null): Refused | Opening | Relaying {
  if (bound?.kind === 'translation') return refuse(refusals.secretForElsewhere(translationsPath));
  const { modelName, wantsTranscription, hasDefault = false } = asked;
  const settled = bound?.session ?? null;
  if (wantsTranscription || (settled?.type === 'transcription' && modelName === null)) {
    return listen(modelName, models, settled);
  }
  const otherwise = hasDefault ? defaultModelName(models) : null;
  if (settled === null) return answering(modelName ?? otherwise, models);
  if (settled.type === 'transcription') return refuse(refusals.modelNotWanted());
  const { model: boundModel } = settled;
  if (differ(modelName, boundModel)) return refuse(refusals.secretForModel(boundModel ?? ''));
  const choice = answering(modelName ?? boundModel ?? otherwise, models);
  return choice.answer === 'refuse' ? choice : { ...choice, settled };
}

function answering(name: string | null, models: ModelTable): Refused | Opening | Relaying {
  const found = named(name, models);
  if ('answer' in found) return found;
  const { model, modelName } = found;
  return isRelay(model)
    ? { answer: 'relay', relay: model, kind: 'realtime', modelName }
    : { answer: 'open', model, modelName };
}

/** A transcription session (behaviour §0 D17): the model it names listens, else the one that listens where none is named. */
function listen(
  modelName: string | null,
  models: ModelTable,
  settled: SessionUpdate | null,
): Refused | Opening | Relaying {
  const asked = modelName === null ? null : models.find(modelName);
  const model = asked ?? models.listener;
  if (model === null) return refuse(refusals.unknownModel('', models.names));
  if (settled?.type === 'realtime') return refuse(refusals.secretForElsewhere(`${realtimePath}?model=`));
  const choice: Opening | Relaying = isRelay(model)
    ? { answer: 'relay', relay: model, kind: 'transcription', modelName: asked === null ? null : modelName }
    : { answer: 'open', model, modelName: null };
  return settled === null ? choice : { ...choice, settled };
}

function chooseTranslator(
  query: URLSearchParams,
  models: ModelTable,
  bound: BoundSession | null,
): Refused | Translating | Relaying {
  if (query.has('intent')) return refuse(refusals.intentNotWanted());
  if (bound?.kind === 'session') return refuse(refusals.secretForElsewhere(realtimePath));
  const asked = query.get('model') || null;
  const settled = bound?.session ?? null;
  if (settled !== null && differ(asked, settled.model)) return refuse(refusals.secretForModel(settled.model));
  const found = named(asked ?? settled?.model ?? null, models);
  if ('answer' in found) return found;
  const { model, modelName } = found;
  const choice: Translating | Relaying = isRelay(model)
    ? { answer: 'relay', relay: model, kind: 'translation', modelName }
    : { answer: 'translate', model, modelName };
  return settled === null ? choice : { ...choice, settled };
}

function differ(asked: string | null, bound: string | undefined): boolean {
  return asked !== null && bound !== undefined && asked !== bound;
}

interface Named {
  readonly model: Model | Relay;
  readonly modelName: string;
}

function named(modelName: string | null, models: ModelTable): Refused | Named {
  if (modelName === null) return refuse(refusals.missingModel());
  const model = models.find(modelName);
  return model === null ? refuse(refusals.unknownModel(modelName, models.names)) : { model, modelName };
}

function wantsBeta(header: HeaderReader): boolean {
  const betas = (header('openai-beta') ?? '').split(',').map((beta) => beta.trim());
  return betas.includes('realtime=v1') || offeredSubprotocols(header).includes('openai-beta.realtime-v1');
}

function http(status: number, error: HttpError): HttpAnswer {
  return { answer: 'http', status, error };
}

function refuse(refusal: Refusal): Refused {
  return { answer: 'refuse', refusal };
}
