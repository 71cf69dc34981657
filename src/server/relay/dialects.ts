import type { SessionKind } from '../observability/observation/observer.ts';
import type { DialectName, UpstreamSettings } from './options.ts';

/** What an upstream is asked for. */
export interface Opening {
  readonly kind: SessionKind;
  /** Null where none is named, as a transcription session may. */
  readonly model: string | null;
  /** What is passed on of the client's request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The upstream's id of a call that is up, which is joined. Default: a session is opened. */
  readonly callId?: string;
}

/** What is particular about the endpoints of one kind. */
export interface Dialect {
  /** Where such an endpoint is when nobody says; null where it may be anywhere. */
  readonly url: string | null;
  /** Whether it speaks the beta shape. */
  readonly isBeta: boolean;
  /** Whether it takes calls over WebRTC as the API has them: an offer posted to `/calls`. */
  readonly takesCalls: boolean;
  address(upstream: UpstreamSettings, opening: Opening): URL;
  key(apiKey: string): Readonly<Record<string, string>>;
}

const bearer: Dialect['key'] = (apiKey) => ({ authorization: `Bearer ${apiKey}` });
const apiKeyHeader: Dialect['key'] = (apiKey) => ({ 'api-key': apiKey });

/** Model or intent stand in the query, beside what the configured address has there. */
const byQuery: Dialect['address'] = ({ url }, { kind, model }) => {
  const address = new URL(url);
  if (kind === 'translation') address.pathname = `${address.pathname.replace(/\/$/, '')}/translations`;
  if (model !== null) address.searchParams.set('model', model);
  if (kind === 'transcription') address.searchParams.set('intent', 'transcription');
  return address;
};

/** `/openai/v1/realtime?model=DEPLOYMENT`. */
const azureAddress: Dialect['address'] = (upstream, opening) => {
  const { deployment, url } = upstream;
  const at = { ...upstream, url: new URL('/openai/v1/realtime', url).href };
  return byQuery(at, { ...opening, model: deployment ?? opening.model });
};

/** `/openai/realtime?api-version=…&deployment=…`. */
const azurePreviewAddress: Dialect['address'] = ({ url, deployment, apiVersion }, { kind, model }) => {
  const address = new URL('/openai/realtime', url);
  address.searchParams.set('api-version', apiVersion);
  const asked = deployment ?? model;
  if (asked !== null) address.searchParams.set('deployment', asked);
  if (kind === 'transcription') address.searchParams.set('intent', 'transcription');
  return address;
};

/** Every kind of upstream. None is sent `OpenAI-Beta`: the service refuses it. */
export const dialects: Readonly<Record<DialectName, Dialect>> = {
  openai: { url: 'wss://api.openai.com/v1/realtime', isBeta: false, takesCalls: true, address: byQuery, key: bearer },
  azure: { url: null, isBeta: false, takesCalls: true, address: azureAddress, key: apiKeyHeader },
  'azure-preview': { url: null, isBeta: true, takesCalls: false, address: azurePreviewAddress, key: apiKeyHeader },
  xai: { url: 'wss://api.x.ai/v1/realtime', isBeta: false, takesCalls: true, address: byQuery, key: bearer },
  antiphon: { url: null, isBeta: false, takesCalls: true, address: byQuery, key: bearer },
  generic: { url: null, isBeta: false, takesCalls: true, address: byQuery, key: bearer },
};

/** An address, and the headers that go with it. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where an upstream is dialled for a session, or for a call that is up, and with which headers. */
export function targetOf(upstream: UpstreamSettings, opening: Opening): Target {
  const address = dialects[upstream.kind].address(upstream, opening);
  address.protocol = address.protocol.replace('http', 'ws');
  return {
    url: (opening.callId === undefined ? address : ofCall(address, opening.callId)).href,
    headers: headersFor(upstream, opening),
  };
}

/** Where an upstream takes the offer of a call, and its name for the model; null where none is named. */
export function callsTarget(upstream: UpstreamSettings, opening: Opening): Target & { readonly model: string | null } {
  const address = dialects[upstream.kind].address(upstream, opening);
  const model = address.searchParams.get('model');
  return { url: below(address, 'calls').href, headers: headersFor(upstream, opening), model };
}

/** Where an upstream ends a call. */
export function hangUpTarget(upstream: UpstreamSettings, opening: Opening & { readonly callId: string }): Target {
  const address = withoutModel(dialects[upstream.kind].address(upstream, opening));
  const path = `calls/${encodeURIComponent(opening.callId)}/hangup`;
  return { url: below(address, path).href, headers: headersFor(upstream, opening) };
}

function headersFor(upstream: UpstreamSettings, { headers }: Opening): Readonly<Record<string, string>> {
  const key = upstream.apiKey === null ? {} : dialects[upstream.kind].key(upstream.apiKey);
  return { ...headers, ...key, ...upstream.headers };
}

/** A call has its model already. */
function withoutModel(address: URL): URL {
  for (const name of ['model', 'intent']) address.searchParams.delete(name);
  return address;
}

function ofCall(address: URL, callId: string): URL {
  withoutModel(address).searchParams.set('call_id', callId);
  return address;
}

/** A path of the REST API, below that of the sessions. */
function below(address: URL, path: string): URL {
  address.protocol = address.protocol.replace('ws', 'http');
  address.pathname = `${address.pathname.replace(/\/$/, '')}/${path}`;
  return address;
}
