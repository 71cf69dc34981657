import { ClientError } from '../errors.ts';

/** A key, or what fetches one for each attempt: a client secret (`ek_…`) lives for minutes only. */
export type Key = string | (() => string | Promise<string>);

interface Named {
  /** The model; at Azure, the deployment. */
  readonly model?: string;
  /** A WebRTC or SIP call to join, in place of a model. */
  readonly callId?: string;
  /** A session that only transcribes, in place of a model. */
  readonly intent?: 'transcription';
  readonly key?: Key;
  /** Sent with the request where the platform can: not in browsers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further subprotocols to offer. */
  readonly protocols?: readonly string[];
}

/**
 * Any endpoint that speaks the protocol. `http:` becomes `ws:`; an address without a path, and one that ends in `/v1` as the
 * base URLs of OpenAI's SDKs do, gets `/v1/realtime`. Without a scheme, `localhost`, an IP address or a name without a dot is
 * `ws:`, every other host `wss:`.
 */
export interface UrlEndpoint extends Named {
  readonly url: string | URL;
  readonly provider?: undefined;
}

export interface OpenAiEndpoint extends Named {
  readonly provider: 'openai';
  readonly url?: undefined;
  readonly organization?: string;
  readonly project?: string;
}

export interface AzureEndpoint extends Named {
  readonly provider: 'azure';
  readonly url?: undefined;
  /** `https://NAME.openai.azure.com`, or NAME alone. */
  readonly resource: string;
  /** Given: the preview API, in this version. Absent: the generally available one. */
  readonly apiVersion?: string;
  /** How the key goes: `api-key` (default), or `bearer` for a token of Microsoft Entra. Client secrets are always bearers. */
  readonly auth?: 'api-key' | 'bearer';
}

/** No address: `wire` gives the connection. */
export interface NoEndpoint extends Named {
  readonly url?: undefined;
  readonly provider?: undefined;
}

export type EndpointOptions = UrlEndpoint | OpenAiEndpoint | AzureEndpoint | NoEndpoint;

/** What to open. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
}

/** The endpoint that the options name, with the key where the platform can put it. @throws {ClientError} `invalid_options` */
export function endpointOf(options: EndpointOptions, key: string | undefined, sendsHeaders: boolean): Endpoint {
  const url = addressOf(options);
  const { protocols = [], headers = {}, provider } = options;
  const account = provider === 'openai' ? accountOf(options) : [];
  const isAzureKey = provider === 'azure' && options.auth !== 'bearer' && key?.startsWith('ek_') === false;
  if (sendsHeaders) {
    const bearer = isAzureKey ? { 'api-key': key } : { Authorization: `Bearer ${key}` };
    const credentials = key === undefined ? {} : bearer;
    return { url: url.href, headers: { ...Object.fromEntries(account), ...credentials, ...headers }, protocols };
  }
  if (Object.keys(headers).length > 0) throw invalid('This platform cannot send headers with a WebSocket.');
  if (isAzureKey) url.searchParams.set('api-key', key);
  const entry = key === undefined || isAzureKey ? [] : [`openai-insecure-api-key.${key}`];
  const offered = [...entry, ...account.map(([name, value]) => `${name.toLowerCase()}.${value}`), ...protocols];
  if (!offered.every((protocol) => token.test(protocol))) throw invalid('The key cannot be sent as a subprotocol.');
  // A browser gives up a connection whose server selects none of what was offered, so nothing is offered for nothing.
  return { url: url.href, headers: {}, protocols: offered.length === 0 ? [] : ['realtime', ...offered] };
}

/** What a subprotocol may be made of (RFC 6455, section 4.1). */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/;

function addressOf(options: EndpointOptions): URL {
  switch (options.provider) {
    case 'openai':
      return aimed(parsed('wss://api.openai.com/v1/realtime'), options);
    case 'azure':
      return azureAddress(options);
    default:
      return givenAddress(options);
  }
}

function givenAddress(options: UrlEndpoint | NoEndpoint): URL {
  if (options.url === undefined) throw invalid('Give a url, a provider or a wire.');
  const url = parsed(String(options.url));
  url.hash = '';
  url.pathname = url.pathname.replace(/^\/$/, '/v1').replace(/\/v1\/?$/, '/v1/realtime');
  return aimed(url, options, 0);
}

function azureAddress(options: AzureEndpoint): URL {
  const { resource, apiVersion, model, ...others } = options;
  const host = resource.includes('.') ? resource.replace(/^\w+:\/\//, '') : `${resource}.openai.azure.com`;
  if (apiVersion === undefined) return aimed(parsed(`wss://${host}/openai/v1/realtime`), options);
  const url = parsed(`wss://${host}/openai/realtime?api-version=${apiVersion}`);
  return aimed(url, { ...others, deployment: model });
}

/** Says what the session is for: one of model, call and intent (behaviour §1.1). */
function aimed(url: URL, { model, deployment, callId, intent }: Aim, least = 1): URL {
  const wanted = given({ model, deployment, call_id: callId, intent });
  if (wanted.length < least || wanted.length > 1) throw invalid('Give exactly one of model, callId and intent.');
  for (const [name, value] of wanted) url.searchParams.set(name, value);
  return url;
}

type Aim = { readonly [Field in 'model' | 'callId' | 'intent' | 'deployment']?: string | undefined };

/** Headers that name the account; in lower case they are the beginnings of subprotocols, too (behaviour §1.1). */
function accountOf({ organization, project }: OpenAiEndpoint): [string, string][] {
  return given({ 'OpenAI-Organization': organization, 'OpenAI-Project': project });
}

function given(fields: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
}

/** The address of a WebSocket. */
function parsed(text: string): URL {
  const address = text.trim();
  const known = /^(?:http|ws)(s?:\/\/.*)/i.exec(address)?.[1];
  // Without a scheme it begins with a host; a path alone has none.
  const assumed = /^(?!\w+:\/\/)[\w[]/.test(address) ? `${isNear(address) ? '' : 's'}://${address}` : '';
  try {
    return new URL(`ws${known ?? assumed}`);
  } catch (cause) {
    throw new ClientError('invalid_options', { message: `This is no address: ${text}`, cause });
  }
}

/** Nobody has certificates for these hosts: `localhost`, IP addresses, names within a network. */
function isNear(address: string): boolean {
  const [host = ''] = address.replace(/^[^/?#]*@/, '').split(/[:/?#]/);
  return /^\[|^[\d.]+$|^[^.]+$|\.localhost$/i.test(host);
}

function invalid(message: string): ClientError {
  return new ClientError('invalid_options', { message });
}
