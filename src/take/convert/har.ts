import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { Base64, TakeClosed } from '../format.ts';
import { objectIn } from '../json-object.ts';
import type { Take } from '../reader.ts';
import { at } from '../sound-formats.ts';
import { TakeError } from '../take-error.ts';
import { type TakeSink, TakeWriter } from '../writer.ts';

/**
 * A take as the HAR file that the developer tools of browsers write: one WebSocket with its messages. Sound of tracks, which
 * has no frames, has no place in it.
 */
export function harOf(take: Take, base64: Base64): JsonObject {
  const { header, entries } = take;
  const openedS = Date.parse(header.at) / 1000;
  const messages = entries.flatMap((entry) => {
    if (entry.is !== 'frame' && entry.is !== 'binary') return [];
    const isText = entry.is === 'frame';
    const time = openedS + entry.t / 1000;
    const data = isText ? entry.text() : base64.encode(entry.bytes);
    return [{ type: entry.by === '>' ? 'send' : 'receive', time, opcode: isText ? 1 : 2, data }];
  });
  const closed = entries.findLast((entry) => entry.is === 'closed');
  const ended = closed?.is === 'closed' ? { _closed: { t: closed.t, ...closed.closed } } : {};
  const entry = {
    startedDateTime: header.at,
    time: entries.at(-1)?.t ?? 0,
    request: {
      method: 'GET',
      url: header.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      queryString: [],
      headersSize: -1,
      bodySize: 0,
    },
    response: {
      status: 101,
      statusText: 'Switching Protocols',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: 'x-unknown' },
      redirectURL: '',
      headersSize: -1,
      bodySize: 0,
    },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    _resourceType: 'websocket',
    _webSocketMessages: messages,
    _take: { by: header.by, transport: header.transport, redacted: header.redacted },
    ...ended,
  };
  return { log: { version: '1.2', creator: { name: 'antiphon', version: header.by }, entries: [entry] } };
}

/** A WebSocket of a HAR file. */
export interface HarSocket {
  readonly url: string;
  /** Writes it as a take, without the keys that it holds. */
  write(sink: TakeSink, form: 'folder' | 'inline', by: string): void;
}

/**
 * The Realtime sockets of a HAR file, such as the network panel of a browser exports it: those whose address says so, else
 * all that it has.
 *
 * @throws {TakeError} where the text is no HAR file, or has no WebSocket with messages.
 */
export function socketsIn(text: string, name: string, base64: Base64): readonly HarSocket[] {
  const entries = at(objectIn(text), 'log', 'entries');
  if (!Array.isArray(entries)) throw new TakeError(`${name} is no HAR file.`);
  const sockets = entries.filter(isSocket);
  const realtime = sockets.filter((entry) => urlOf(entry).includes('realtime'));
  const chosen = realtime.length > 0 ? realtime : sockets;
  if (chosen.length === 0)
    throw new TakeError(`${name} holds no WebSocket with messages. Export it with the page still open.`);
  return chosen.map((entry) => ({
    url: urlOf(entry),
    write: (sink, form, by) => writeSocket(entry, { sink, form, by, base64 }),
  }));
}

function isSocket(entry: unknown): entry is JsonObject {
  return isJsonObject(entry) && Array.isArray(entry['_webSocketMessages']) && entry['_webSocketMessages'].length > 0;
}

function urlOf(entry: JsonObject): string {
  const url = at(entry, 'request', 'url');
  return typeof url === 'string' ? url : '';
}

interface Writing {
  readonly sink: TakeSink;
  readonly form: 'folder' | 'inline';
  readonly by: string;
  readonly base64: Base64;
}

function writeSocket(entry: JsonObject, { sink, form, by, base64 }: Writing): void {
  const list: unknown = entry['_webSocketMessages'];
  const messages = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const openedMs = Date.parse(String(entry['startedDateTime'])) || numberOr(messages[0]?.['time'], 0) * 1000;
  const told = at(entry, '_take');
  const transport = at(told, 'transport');
  const writer = new TakeWriter(
    {
      form,
      at: openedMs,
      by: textOr(at(told, 'by'), by),
      url: urlOf(entry),
      transport: typeof transport === 'string' ? transport : 'websocket',
      base64,
      alsoRedacted: redactedIn(told),
    },
    sink,
  );
  for (const { type, time, opcode, data } of messages) {
    const t = Math.max(0, Math.round((numberOr(time, 0) * 1000 - openedMs) * 1000) / 1000);
    const side = type === 'send' ? '>' : '<';
    if (opcode === 2) writer.binary(t, side, base64.decode(String(data)) ?? new Uint8Array());
    else writer.frame(t, side, String(data));
  }
  const closed = entry['_closed'];
  if (isJsonObject(closed)) writer.closed(numberOr(closed['t'], 0), closedOf(closed));
}

function closedOf({ by, code, reason }: JsonObject): TakeClosed {
  return { by: by === 'client' ? 'client' : 'server', code: numberOr(code, 1005), reason: textOr(reason, '') };
}

function redactedIn(told: unknown): readonly string[] {
  const list = at(told, 'redacted');
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string' && each !== 'keys') : [];
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
