import { invalid } from '../errors.ts';

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

/** The Realtime API of OpenAI itself. */
export interface OpenAiEndpoint extends Named {
  readonly provider: 'openai';
  readonly url?: undefined;
  readonly organization?: string;
  readonly project?: string;
}

/** A Realtime deployment of Azure OpenAI. */
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

/** Where a session is opened: at a URL, at OpenAI, at Azure, or over a wire that is there already. */
export type EndpointOptions = UrlEndpoint | OpenAiEndpoint | AzureEndpoint | NoEndpoint;

/** What to open. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
}

/** How a platform puts a key, and whom it is for, into what it opens. @throws {ClientError} `invalid_options` */
export type EndpointOf = (options: EndpointOptions, key: string | undefined) => Endpoint;

/** The endpoint that the options name, for platforms that send headers. */
export const endpointWithHeaders: EndpointOf = (options, key) => {
  const { protocols = [], headers } = options;
  const credentials = isAzureKey(options, key) ? { 'api-key': key } : { Authorization: `Bearer ${key}` };
  const { href: url } = addressOf(options);
  const own = { ...Object.fromEntries(accountOf(options)), ...(key !== undefined && credentials) };
  return { url, headers: { ...own, ...headers }, protocols };
};

/** The endpoint that the options name, for browsers, which send no headers: the key is a subprotocol or a part of the address. */
export const endpointInBrowser: EndpointOf = (options, key) => {
  const url = addressOf(options);
  const { protocols = [], headers = {} } = options;
  if (Object.keys(headers).length > 0) throw invalid('Browsers send no headers.');
  const offered = [...accountOf(options).map(([name, value]) => `${name.toLowerCase()}.${value}`), ...protocols];
  if (isAzureKey(options, key)) url.searchParams.set('api-key', key);
  else if (key !== undefined) offered.unshift(`openai-insecure-api-key.${key}`);
  if (!offered.every((protocol) => token.test(protocol))) throw invalid('The key fits no subprotocol.');
  // A browser gives up a connection whose server selects none of what was offered, so nothing is offered for nothing.
  return { url: url.href, headers: {}, protocols: offered.length === 0 ? [] : ['realtime', ...offered] };
};

function isAzureKey(options: EndpointOptions, key: string | undefined): key is string {
  return options.provider === 'azure' && options.auth !== 'bearer' && key?.startsWith('ek_') === false;
}

/** What a subprotocol may be made of (RFC 6455, section 4.1). */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** Where it is and what the session is for: one of model, call and intent (behaviour §1.1). */
function addressOf(options: EndpointOptions): URL {
  const { provider, model, callId, intent } = options;
  const url = parsed(placeOf(options));
  url.hash = '';
  url.pathname = url.pathname.replace(/^\/$/, '/v1').replace(/\/v1\/?$/, '/v1/realtime');
  const isPreview = provider === 'azure' && options.apiVersion !== undefined;
  const wanted = given({ [isPreview ? 'deployment' : 'model']: model, call_id: callId, intent });
  const least = provider === undefined ? 0 : 1;
  if (wanted.length < least || wanted.length > 1) throw invalid('Give exactly one of model, callId and intent.');
  for (const [name, value] of wanted) url.searchParams.set(name, value);
  return url;
}

function placeOf(options: EndpointOptions): string {
  if (options.provider === 'openai') return 'api.openai.com';
  if (options.provider === 'azure') return azurePlace(options);
  if (options.url === undefined) throw invalid('Give a url, a provider or a wire.');
  return String(options.url);
}

function azurePlace({ resource, apiVersion }: AzureEndpoint): string {
  const host = resource.includes('.') ? resource.replace(/^\w+:\/\//, '') : `${resource}.openai.azure.com`;
  return `wss://${host}/openai/${apiVersion === undefined ? 'v1' : `realtime?api-version=${apiVersion}`}`;
}

/** Headers that name the account; in lower case they are the beginnings of subprotocols, too (behaviour §1.1). */
function accountOf(options: EndpointOptions): [string, string][] {
  if (options.provider !== 'openai') return [];
  return given({ 'OpenAI-Organization': options.organization, 'OpenAI-Project': options.project });
}

function given(fields: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
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
    throw invalid(`This is no address: ${text}`, cause);
  }
}

/** Nobody has certificates for these hosts: `localhost`, IP addresses, names within a network. */
function isNear(address: string): boolean {
  const [host = ''] = address.replace(/^[^/?#]*@/, '').split(/[:/?#]/);
  return /^\[|^[\d.]+$|^[^.]+$|\.localhost$/i.test(host);
}
