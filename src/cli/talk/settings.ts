import type { EndpointOptions } from '../../client/connection/endpoint.ts';
import { mergedSettings } from '../../client/restore/settings.ts';
import { definitionsOf } from '../../client/tools/tool.ts';
import type { Session } from '../../protocol/events/index.ts';
import type { Environment } from '../serve/settings.ts';
import { getTime } from './demo-tools.ts';
import { TalkError } from './failure.ts';
import type { TalkFlags } from './flags.ts';

type RealtimeSettings = Extract<Session, { type: 'realtime' }>;

/** What is said when there is nobody to speak or type: it is sent, answered, and that is all. */
export type Errand =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'wav'; readonly file: string; readonly isPaced: boolean };

/** What `antiphon talk` shall do. */
export interface TalkSettings {
  readonly endpoint: EndpointOptions;
  /** The endpoint as it is named in messages. */
  readonly address: string;
  /** Null: a conversation. */
  readonly errand: Errand | null;
  readonly out: string | null;
  /** Who writes down what the user says; null: nobody. */
  readonly transcriptionModel: string | null;
  readonly hasTools: boolean;
  readonly approvesAll: boolean;
  readonly isHalfDuplex: boolean;
  readonly isJson: boolean;
  readonly device: string | null;
  /** Absent: depends on the terminal. */
  readonly mic: boolean | null;
  readonly speaker: boolean | null;
  readonly timeoutMs: number;
}

const defaultUrl = 'ws://127.0.0.1:8080/v1/realtime';
const defaultModel = 'gpt-realtime';
const defaultTranscription = 'gpt-4o-mini-transcribe';

/** Reads the command line. @throws {TalkError} where it makes no sense */
export function settingsOf(url: string | undefined, flags: TalkFlags, environment: Environment): TalkSettings {
  const { transcription = defaultTranscription, out = null, device = null, mic = null, speaker = null } = flags;
  const errand = errandOf(flags);
  if (out !== null && errand === null) throw new TalkError('--out needs --wav or --text.');
  return {
    ...endpointOf(url, flags, environment),
    errand,
    out,
    transcriptionModel: transcription === false ? null : transcription,
    hasTools: flags.tools === true,
    approvesAll: flags.approve === true,
    isHalfDuplex: flags.halfDuplex === true,
    isJson: flags.json === true,
    device,
    mic,
    speaker,
    timeoutMs: secondsOf(flags.timeout ?? '60') * 1000,
  };
}

function errandOf({ wav, text, paced }: TalkFlags): Errand | null {
  if (wav !== undefined && text !== undefined) throw new TalkError('Give --wav or --text, not both.');
  if (paced === true && wav === undefined) throw new TalkError('--paced needs --wav.');
  if (text !== undefined) return { kind: 'text', text };
  return wav === undefined ? null : { kind: 'wav', file: wav, isPaced: paced === true };
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0) || seconds > 86_400) {
    throw new TalkError(`--timeout must be a number of seconds, at most 86400, not "${text}".`);
  }
  return seconds;
}

/** Where to connect, with the key that belongs there: no variable's key goes to an endpoint it is not for. */
function endpointOf(
  url: string | undefined,
  flags: TalkFlags,
  environment: Environment,
): Pick<TalkSettings, 'endpoint' | 'address'> {
  const { provider, model = defaultModel, apiVersion } = flags;
  if (apiVersion !== undefined && provider !== 'azure') throw new TalkError('--api-version needs --provider azure.');
  const keyFrom = (name: string) => given('key', flags.key ?? (environment[name] || undefined));
  switch (provider) {
    case 'openai':
      if (url !== undefined) throw new TalkError('--provider openai has an address of its own: give no URL.');
      return {
        endpoint: { provider, ...withModel(flags.model, keyFrom('OPENAI_API_KEY')) },
        address: 'api.openai.com',
      };
    case 'azure': {
      const resource = resourceOf(url);
      const key = keyFrom('AZURE_OPENAI_API_KEY');
      return { endpoint: { provider, resource, model, ...given('apiVersion', apiVersion), ...key }, address: resource };
    }
    default:
      return byUrl(url ?? defaultUrl, flags.model, keyFrom);
  }
}

function byUrl(text: string, model: string | undefined, keyFrom: (name: string) => { readonly key?: string }) {
  const url = parsed(text);
  const aims = ['model', 'call_id', 'intent', 'deployment'];
  const isAimed = aims.some((name) => url.searchParams.has(name));
  const key = keyFrom(isOpenAi(url) ? 'OPENAI_API_KEY' : 'ANTIPHON_KEY');
  const named = isAimed ? { ...given('model', model), ...key } : withModel(model, key);
  return { endpoint: { url: url.href, ...named }, address: `${url.protocol}//${url.host}` };
}

/** The default model is asked for unless the key is a client secret, which brings a model of its own. */
function withModel(model: string | undefined, key: { readonly key?: string }) {
  return { ...given('model', model ?? (key.key?.startsWith('ek_') === true ? undefined : defaultModel)), ...key };
}

function parsed(text: string): URL {
  const isAddress = /^(wss?|https?):\/\//i.test(text) && URL.canParse(text);
  if (!isAddress)
    throw new TalkError(`"${text}" is no address: give one that begins with ws://, wss://, http:// or https://.`);
  return new URL(text);
}

/** OpenAI's own hosts, by a connection that nobody reads along. */
function isOpenAi({ protocol, hostname }: URL): boolean {
  const isSecret = protocol === 'wss:' || protocol === 'https:';
  return isSecret && (hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com'));
}

function resourceOf(url: string | undefined): string {
  if (url === undefined)
    throw new TalkError('--provider azure needs the resource: https://NAME.openai.azure.com, or NAME.');
  return URL.canParse(url) ? new URL(url).host : url;
}

/** What a session is for. */
export interface SessionNeeds {
  /** The answers are heard or kept; else they are asked for as text. */
  readonly hasSound: boolean;
  /** The server hears where a turn ends; else that is told to it. */
  readonly hearsTurns: boolean;
}

/** The settings to begin the session with. Sound is always PCM: that is what the programs record and play. */
export function sessionOf(flags: TalkFlags, file: RealtimeSettings, { hasSound, hearsTurns }: SessionNeeds): Session {
  const { voice, instructions } = flags;
  const format = { type: 'audio/pcm', rate: 24_000 } as const;
  const tools = [...(file.tools ?? []), ...(flags.tools === true ? definitionsOf([getTime]) : [])];
  const own: RealtimeSettings = {
    type: 'realtime',
    ...(tools.length === 0 ? {} : { tools }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(hasSound || file.output_modalities !== undefined ? {} : { output_modalities: ['text'] }),
    audio: {
      input: { format, ...(hearsTurns ? {} : { turn_detection: null }) },
      output: { format, ...(voice === undefined ? {} : { voice }) },
    },
  };
  return mergedSettings(file, own);
}

/** The settings in a file's text. @throws {TalkError} where they are none */
export function readSettings(text: string, file: string): RealtimeSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TalkError(`${file} is no JSON.`);
  }
  if (!isObject(value)) throw new TalkError(`${file} holds no settings: it must be a JSON object.`);
  const settings = { type: 'realtime', ...value };
  if (!isRealtime(settings)) throw new TalkError(`${file} is for another type of session than realtime.`);
  return settings;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The server checks the rest, and says what is wrong in words of its own. */
function isRealtime(settings: { readonly type: unknown }): settings is RealtimeSettings {
  return settings.type === 'realtime';
}

function given<Name extends string>(name: Name, value: string | undefined): { readonly [N in Name]?: string } {
  const field: { [N in Name]?: string } = {};
  if (value !== undefined) field[name] = value;
  return field;
}
