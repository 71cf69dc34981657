import { isJsonObject } from '../protocol/json.ts';
import type { Redaction } from './format.ts';

/** Takes out of texts and of values what a take shall not hold. */
export interface Redactor {
  /** The text of an event, its sound left out; the same where nothing was found. */
  frame(text: string): string;
  /** A text of any kind. */
  text(text: string): string;
  /** The address of a session: what was asked for stays. */
  url(url: string): string;
}

/** Keys under which something stands that opens a door. */
const secretKeys: ReadonlySet<string> = new Set([
  'authorization',
  'headers',
  'api_key',
  'api-key',
  'apikey',
  'client_secret',
  'access_token',
  'refresh_token',
  'password',
  'secret',
  'handle',
]);

/** What keys and tokens look like, wherever they stand. */
const secretTexts =
  /\b(?:sk|pk|rk|ek|whsec)[-_][A-Za-z0-9_-]{6,}|\bBearer\s+[^\s"']+|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+|(?<=:\/\/)[^\s/@"']+:[^\s/@"']+(?=@)|(?<=:\/\/[^\s?#"']{1,500}[?#])[^\s"']+/gi;

/** Whether a text can hold a secret at all: most frames are done with after this. */
const suspicious =
  /authorization|headers|api[_-]?key|secret|_token"|password|"handle"|server_url|(?:sk|pk|rk|ek|whsec)[-_]|bearer\s|eyj|:\/\/|\\[u/]/i;

/** A key with what stands behind it, where a frame is no JSON that could be read. */
const namedSecret =
  /("(?:authorization|headers|[a-z_-]*api[_-]?key|[a-z_]*secret|[a-z_]+_token|password)"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|\{[^}]*\}?|[^,}]*)/gi;

const address = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/** What a value gives way to that may not even tell its length. */
const hidden = '…';

/** Deeper than any event goes. What lies deeper is left out where anything is looked for. */
const deepest = 64;

/** `secrets`: keys that are known, left out wherever they stand. */
export function redactor(kinds: readonly Redaction[], secrets: readonly string[] = []): Redactor {
  const known = secrets.filter((secret) => secret.length > 3);
  const asked = new Set(kinds);
  const looksAtAll = kinds.some((kind) => kind !== 'audio');

  const unknown = (value: string): string =>
    known.reduce((left, secret) => (left.includes(secret) ? left.replaceAll(secret, hidden) : left), value);

  const text = (value: string): string => {
    const left = unknown(value).replace(secretTexts, hidden);
    return asked.has('email') ? left.replace(address, hidden) : left;
  };

  function inside(value: unknown, place: Place, depth: number): unknown {
    if (depth > deepest) return hidden;
    if (typeof value === 'string') return textAt(value, place);
    if (Array.isArray(value)) return value.map((each) => inside(each, place, depth + 1));
    if (!isJsonObject(value)) return value;
    // The names of parameters tell as much as what is said of them.
    if (place.key === 'parameters' && place.hides === 'words') return {};
    const type = depth === 0 && typeof value['type'] === 'string' ? value['type'] : place.type;
    return Object.fromEntries(
      Object.entries(value).map(([key, held]) => [
        key,
        inside(held, placeOf(key, held, { within: { ...place, type }, asked }), depth + 1),
      ]),
    );
  }

  function textAt(value: string, { key, type, hides }: Place): string {
    if (hides === 'secret') return hidden;
    if (hides === 'words' || hidesWords(key, type, asked)) return dotted(value);
    return text(value);
  }

  return {
    text,
    url: (url) => unknown(safeUrl(url)),
    frame(frame) {
      if (!looksAtAll && !suspicious.test(frame) && !known.some((secret) => frame.includes(secret))) return frame;
      try {
        const event: unknown = JSON.parse(frame);
        const left = JSON.stringify(inside(event, { key: '', type: '', hides: null }, 0));
        return left === JSON.stringify(event) ? frame : left;
      } catch {
        return looksAtAll ? dotted(frame) : text(frame.replaceAll(namedSecret, `$1${hidden}`));
      }
    },
  };
}

/** Where a value stands. */
interface Place {
  readonly key: string;
  /** The type of its event. */
  readonly type: string;
  /** Everything below is a secret, or words that were asked to be left out. */
  readonly hides: 'secret' | 'words' | null;
}

interface Around {
  readonly within: Place;
  readonly asked: ReadonlySet<Redaction>;
}

function placeOf(key: string, held: unknown, { within: { type, hides }, asked }: Around): Place {
  if (hides !== null) return { key, type, hides };
  const isSecret = secretKeys.has(key.toLowerCase()) && (key !== 'handle' || typeof held === 'string');
  if (isSecret) return { key, type, hides: 'secret' };
  const isAsked = (asked.has('instructions') && key === 'prompt') || (asked.has('tools') && key === 'parameters');
  return { key, type, hides: isAsked ? 'words' : null };
}

/** Keys of texts that one of `redactions` is about. */
const transcriptKeys: ReadonlySet<string> = new Set(['transcript', 'text', 'token', 'refusal']);
const toolKeys: ReadonlySet<string> = new Set(['arguments', 'output', 'description']);

function hidesWords(key: string, type: string, asked: ReadonlySet<Redaction>): boolean {
  if (asked.has('instructions') && key === 'instructions') return true;
  if (asked.has('transcripts') && transcriptKeys.has(key)) return true;
  if (asked.has('tools') && toolKeys.has(key)) return true;
  if (key !== 'delta' || type.endsWith('audio.delta')) return false;
  // An address can be cut between two deltas, where no single one shows it.
  if (asked.has('email')) return true;
  return asked.has(type.includes('arguments') ? 'tools' : 'transcripts');
}

/** As many dots as there were letters, so that deltas still add up to what they are deltas of. */
function dotted(text: string): string {
  return text.replaceAll(/[^\s]/g, '•');
}

/** What of an address says what was asked for, and opens nothing. */
const plainParameters: ReadonlySet<string> = new Set([
  'model',
  'intent',
  'call_id',
  'resumption',
  'deployment',
  'api-version',
]);

/** An address without a user, and with no value of its query but those that only say what was asked for. */
export function safeUrl(url: string): string {
  const bare = url.replace(/(?<=:\/\/)[^/@?#]*@/, '');
  const [path = '', query] = bare.split('#', 1)[0]?.split(/\?(.*)/s, 2) ?? [];
  if (query === undefined || query === '') return path;
  const kept = query.split('&').map((pair) => {
    const [name = ''] = pair.split('=', 1);
    return plainParameters.has(name) || !pair.includes('=') ? pair : `${name}=${hidden}`;
  });
  return `${path}?${kept.join('&')}`;
}
