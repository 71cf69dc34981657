import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';
import { objectIn } from '../../../src/take/json-object.ts';
import { at, numberAt, textAt } from './frame.ts';
import type { LogRow } from './log.ts';

/** What a line says, in a few words. */
export function summaryOf({ type, text, sound, t }: LogRow): string {
  if (sound !== null) {
    const length = sound.frames === 1 ? '' : ` in ${sound.frames} frames, ${seconds(sound.untilT - t)}`;
    return `${kilobytes(sound.bytes)} of sound${length}`;
  }
  const event = objectIn(text);
  return event === null ? text : told(type, event);
}

function told(type: string, event: JsonObject): string {
  switch (type) {
    case 'error':
      return errorLine(event['error']);
    case 'session.created':
    case 'session.updated':
      return sessionLine(event['session']);
    case 'session.update':
      return `sets ${Object.keys(isJsonObject(event['session']) ? event['session'] : {}).join(', ')}`;
    case 'input_audio_buffer.speech_started':
      return `from ${seconds(numberAt(event, 'audio_start_ms') ?? 0)} of the sound`;
    case 'input_audio_buffer.speech_stopped':
      return `until ${seconds(numberAt(event, 'audio_end_ms') ?? 0)} of the sound`;
    case 'response.done':
    case 'response.created':
      return responseLine(event['response']);
    case 'rate_limits.updated':
      return limitsLine(event['rate_limits']);
    case 'conversation.item.truncate':
    case 'conversation.item.truncated':
      return `heard ${seconds(numberAt(event, 'audio_end_ms') ?? 0)} of ${textAt(event, 'item_id')}`;
    default:
      return isJsonObject(event['item']) ? itemLine(event['item']) : fieldsLine(event);
  }
}

function errorLine(error: unknown): string {
  const param = textAt(error, 'param');
  const code = textAt(error, 'code') || textAt(error, 'type');
  return `${code}: ${textAt(error, 'message')}${param === '' ? '' : ` (${param})`}`;
}

function sessionLine(session: unknown): string {
  const voice = at(session, 'audio', 'output', 'voice');
  const detection = textAt(session, 'audio', 'input', 'turn_detection', 'type');
  const parts = [textAt(session, 'model'), typeof voice === 'string' ? `voice ${voice}` : '', detection];
  return parts.filter((part) => part !== '').join(' · ');
}

function responseLine(response: unknown): string {
  const status = textAt(response, 'status');
  const reason = textAt(response, 'status_details', 'error', 'code') || textAt(response, 'status_details', 'reason');
  const input = numberAt(response, 'usage', 'input_tokens');
  const output = numberAt(response, 'usage', 'output_tokens');
  const used = input === null ? '' : `${input} tokens in, ${output ?? 0} out`;
  return [status + (reason === '' ? '' : ` (${reason})`), used].filter((part) => part !== '').join(' · ');
}

function limitsLine(limits: unknown): string {
  if (!Array.isArray(limits)) return '';
  return limits.map((each) => `${textAt(each, 'name')} ${String(at(each, 'remaining'))} left`).join(', ');
}

function itemLine(item: JsonObject): string {
  const name = textAt(item, 'name');
  if (name !== '') return `${textAt(item, 'type')} ${name}(${clipped(textAt(item, 'arguments'))})`;
  const { content, output } = item;
  const texts = Array.isArray(content) ? content.map((part) => textAt(part, 'text') || textAt(part, 'transcript')) : [];
  const said = [...texts, typeof output === 'string' ? output : ''].filter((text) => text !== '').join(' ');
  const who = [textAt(item, 'role'), textAt(item, 'type')].filter((part) => part !== '').join(' ');
  return said === '' ? who : `${who} “${clipped(said)}”`;
}

/** What a text is in: shown for itself. */
const wordFields = ['delta', 'transcript', 'text', 'arguments'] as const;
/** Fields that say nothing to a reader of a line. */
const dull: ReadonlySet<string> = new Set(['type', 'event_id', 'content_index', 'output_index', 'obfuscation']);

function fieldsLine(event: JsonObject): string {
  for (const field of wordFields) {
    const words = event[field];
    if (typeof words === 'string') return `“${clipped(words)}”`;
  }
  const shown = Object.entries(event).filter(([key, value]) => !dull.has(key) && !isJsonObject(value));
  return shown
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.length : shortId(String(value))}`)
    .join(', ');
}

/** Of an id, what tells it from others. */
function shortId(text: string): string {
  return /^[a-z]+_\w{16,}$/.test(text) ? `${text.slice(0, 10)}…` : text;
}

const mostCharacters = 160;

function clipped(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** Milliseconds for people: `140 ms`, `2.4 s`, `1:03`. */
export function seconds(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s` : clockTime(ms);
}

/** Minutes and seconds: `0:07`. */
export function clockTime(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const rest = String(all % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

export function kilobytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
