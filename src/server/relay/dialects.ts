import type { SessionKind } from '../observability/observation/observer.ts';
import type { DialectName, UpstreamSettings } from './options.ts';

/** What an upstream is asked for. */
export interface Opening {
  readonly kind: SessionKind;
  /** Null where none is named, as a transcription session may. */
  readonly model: string | null;
  /** What is passed on of the client's request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is particular about the endpoints of one kind. */
export interface Dialect {
  /** Where such an endpoint is when nobody says; null where it may be anywhere. */
  readonly url: string | null;
  /** Whether it speaks the beta shape. */
  readonly isBeta: boolean;
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
  openai: { url: 'wss://api.openai.com/v1/realtime', isBeta: false, address: byQuery, key: bearer },
  azure: { url: null, isBeta: false, address: azureAddress, key: apiKeyHeader },
  'azure-preview': { url: null, isBeta: true, address: azurePreviewAddress, key: apiKeyHeader },
  xai: { url: 'wss://api.x.ai/v1/realtime', isBeta: false, address: byQuery, key: bearer },
  antiphon: { url: null, isBeta: false, address: byQuery, key: bearer },
  generic: { url: null, isBeta: false, address: byQuery, key: bearer },
};

/** Where an upstream is dialled for a session, and with which headers. */
export function targetOf(
  upstream: UpstreamSettings,
  opening: Opening,
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
  const dialect = dialects[upstream.kind];
  const address = dialect.address(upstream, opening);
  address.protocol = address.protocol.replace('http', 'ws');
  const key = upstream.apiKey === null ? {} : dialect.key(upstream.apiKey);
  return { url: address.href, headers: { ...opening.headers, ...key, ...upstream.headers } };
}
