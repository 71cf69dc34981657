import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { checkClientSecretRequest } from '../../protocol/bodies.ts';
import { shortened } from '../../protocol/check/problem.ts';
import { parseJson } from '../../protocol/parse.ts';
import type {
  ApiError,
  ClientSecretRequest,
  ClientSecretResponse,
  Session as SessionUpdate,
} from '../../protocol/types.ts';
import type { BoundSession, MintedSecret, Secrets } from '../admission/client-secrets.ts';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { overLimit, retryAfter } from '../admission/over-limit.ts';
import { settledSession } from '../admission/settled-session.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { type McpRules, mcpRules } from '../mcp/rules.ts';
import { defaultModelName, type ModelTable, openTo } from '../models.ts';
import { lockedInSession } from '../relay/locks.ts';
import { relayMistakes } from '../relay/mistakes.ts';
import { isRelay, type Relay } from '../relay/options.ts';
import { type AccountHouse, askerOf, limitHeaders } from './asker.ts';
import { allowOnly } from './methods.ts';

const path = '/v1/realtime/client_secrets';

/** How long a secret starts sessions where the request does not say, in seconds (behaviour §1.5). */
export const defaultTtlSeconds = 600;

/** The largest body that is read. */
export const maxBodyBytes = 1_000_000;

export interface SecretHouse extends AccountHouse {
  readonly secrets: Secrets;
  readonly models: ModelTable;
  /** How many secrets there may be, and how large the session of one. Default: `defaultLimits`. */
  readonly secretLimits?: Pick<Limits, 'secrets' | 'secretBytes'>;
  /** Which MCP servers a session may be bound to. Default: none. */
  readonly mcpRules?: McpRules;
}

/** `POST /v1/realtime/client_secrets`: an ephemeral key, bound to a session's configuration (behaviour §1.5). */
export function clientSecretRoutes(house: SecretHouse): Hono {
  const app = new Hono();
  app.post(path, limitBody(), async (context) => {
    const body = await readBody(context);
    const checked = body.ok ? checkClientSecretRequest(body.value) : body;
    if (!checked.ok) return refuse(context, checked.error);
    const made = await mint(context, house, checked.value);
    return made instanceof Response ? made : context.json(made);
  });
  allowOnly(app, path, ['POST']);
  return app;
}

/** Refuses larger bodies with 413, in the API's own words. */
export function limitBody() {
  return bodyLimit({
    maxSize: maxBodyBytes,
    onError: (context) => context.json({ error: httpErrors.bodyTooLarge(maxBodyBytes) }, httpStatuses.bodyTooLarge),
  });
}

/** A request's JSON body; an empty body counts as an empty object. */
export async function readBody(context: Context): Promise<ReturnType<typeof parseJson>> {
  const text = await context.req.text();
  return parseJson(text === '' ? '{}' : text);
}

/** A validation error as HTTP tells it: 400, with the code and param that the socket would give. */
export function refuse(context: Context, error: ApiError): Response {
  const told: HttpError = {
    message: error.message,
    type: error.type,
    param: error.param ?? null,
    code: error.code ?? null,
  };
  return context.json({ error: told }, 400);
}

/** Keeps a secret, or answers why it can't be. */
export async function keepSecret(
  context: Context,
  house: SecretHouse,
  bound: BoundSession,
  ttlSeconds: number,
): Promise<MintedSecret | Response> {
  const { secrets, secretLimits = defaultLimits, now } = house;
  const bytes = Buffer.byteLength(JSON.stringify(bound.session));
  const { secretBytes, secrets: most } = secretLimits;
  if (bytes > secretBytes)
    return context.json({ error: httpErrors.secretTooLarge(secretBytes, bytes) }, httpStatuses.secretTooLarge);
  const { owner, account } = askerOf(house, context);
  const refusal = account.takeRequest(now());
  for (const [name, value] of Object.entries(limitHeaders(account, now()))) context.header(name, value);
  if (refusal !== null) {
    const { error, retrySeconds } = overLimit(refusal, now());
    return context.json({ error }, 429, retryAfter(retrySeconds));
  }
  const minted = await secrets.mint({ bound, owner }, ttlSeconds, most);
  if (!('retrySeconds' in minted)) return minted;
  return context.json({ error: httpErrors.tooManySecrets(most) }, httpStatuses.tooManySecrets, {
    'Retry-After': `${minted.retrySeconds}`,
  });
}

async function mint(
  context: Context,
  house: SecretHouse,
  request: ClientSecretRequest,
): Promise<ClientSecretResponse | Response> {
  const { mcpRules: rules = mcpRules() } = house;
  const models = modelsFor(house, context);
  const session = request.session ?? null;
  const named = session?.type === 'realtime' ? session.model : undefined;
  const entry = named === undefined ? models.listener : models.find(named);
  const upstream = entry !== null && isRelay(entry) ? entry : null;
  const mistake = (named === undefined ? null : modelMistake(models, named)) ?? lockMistake(upstream, session);
  if (mistake !== null) return refuse(context, mistake);
  const model = session?.type === 'transcription' ? null : (named ?? defaultModelName(models));
  const settled = settledSession(session, model, upstream === null ? rules : null);
  if (!settled.ok) return refuse(context, settled.error);
  const ttlSeconds = request.expires_after?.seconds ?? defaultTtlSeconds;
  const kept = await keepSecret(context, house, { kind: 'session', session }, ttlSeconds);
  return kept instanceof Response ? kept : { value: kept.value, expires_at: kept.expiresAt, session: settled.config };
}

/** Why a client secret for sessions that are passed on there may not settle this; null where it may. */
function lockMistake(upstream: Relay | null, session: SessionUpdate | null): ApiError | null {
  const locked = upstream === null || session === null ? null : lockedInSession(upstream, session);
  return locked === null ? null : relayMistakes.locked(locked);
}

/** The models that whoever asks may ask for. */
export function modelsFor(house: SecretHouse, context: Context): ModelTable {
  return openTo(house.models, askerOf(house, context).account.policy.models);
}

/** Why a secret can't be for this model; null where it can. */
export function modelMistake(models: ModelTable, name: string): ApiError | null {
  if (models.find(name) !== null) return null;
  const message = `Model '${shortened(name)}' is not served here.`;
  return { type: 'invalid_request_error', code: 'invalid_model', message, param: 'session.model', event_id: null };
}
