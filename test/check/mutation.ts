import type {
  CallEnd,
  CallListener,
  ConnectAsk,
  Connection,
  ConnectionListener,
  Endpoint,
  Opened,
  Reply,
  RequestAsk,
} from '../../src/check/endpoint.ts';

/** An event on its way, which a mutation may change. */
export interface Frame {
  type: string;
  [key: string]: unknown;
}

/** A connection as a mutation sees it. */
export interface Talk {
  readonly ask: ConnectAsk;
  /** What the client sent last, and all that it sent. */
  readonly last: Frame;
  readonly sent: readonly Frame[];
  /** The text of the client's last frame, whatever it was. */
  readonly lastText: string;
  /** How many connections, or calls, were made before this one. */
  readonly number: number;
  /** Told to the client as if the server had sent it. */
  tell(event: Frame): void;
  tellText(text: string): void;
  /** Closes as if the server had. */
  close(code: number): void;
}

export type When = (event: Frame, talk: Talk) => boolean;

/** What is broken. Whatever is left out passes as it is. */
export interface Mutation {
  /** The connections that it is at work in: calls, those that ask for resuming, or all others. Default `others`. */
  readonly at?: 'calls' | 'resuming' | 'others';
  /** What the client gets for an event of the server. */
  readonly server?: (event: Frame, talk: Talk) => readonly Frame[];
  /** What the server gets for an event of the client. */
  readonly client?: (event: Frame, talk: Talk) => readonly Frame[];
  readonly clientBinary?: (talk: Talk) => boolean;
  /** The close code that the client sees; null: none. */
  readonly closed?: (code: number, talk: Talk) => number | null;
  readonly connect?: (ask: ConnectAsk, number: number) => ConnectAsk | Reply;
  readonly opened?: (connection: Connection, talk: Talk) => Connection;
  /** Whether the data channel of a call opens; calls are counted from 0. */
  readonly opens?: (call: number) => boolean;
  /** What the caller hears, and what the server hears. */
  readonly heard?: (sound: Int16Array) => Int16Array;
  readonly said?: (sound: Int16Array) => Int16Array;
  readonly request?: (ask: RequestAsk) => RequestAsk | Reply;
  readonly reply?: (reply: Reply, ask: RequestAsk) => Reply;
}

/** The endpoint behind a wire that breaks things. A mutation may keep things in mind, so it is made anew. */
export function mutated(endpoint: Endpoint, mutation: Mutation): Endpoint {
  const { connect, request } = mutation;
  let connections = 0;
  let calls = 0;
  return {
    ...endpoint,
    async connect(ask, listener) {
      const number = connections++;
      const asked = connect?.(ask, number) ?? ask;
      if ('status' in asked) return { refused: asked };
      const isResuming = 'resumption' in ask.query || 'resume' in ask.query;
      const isIts = (mutation.at ?? 'others') === (isResuming ? 'resuming' : 'others');
      return new MutatedTalk(isIts ? mutation : {}, asked, number, listener).begin(endpoint);
    },
    async call(listener) {
      const isIts = mutation.at === 'calls';
      const ask: ConnectAsk = { ...anyAsk, path: '/calls' };
      const talk = new MutatedTalk(isIts ? mutation : {}, ask, calls++, listener);
      return talk.call(endpoint, listener);
    },
    async request(ask) {
      const asked = request?.(ask) ?? ask;
      if ('status' in asked) return asked;
      const answered = await endpoint.request(asked);
      return mutation.reply?.(answered, asked) ?? answered;
    },
  };
}

const anyAsk = { query: {}, headers: {}, protocols: [], signal: new AbortController().signal };

class MutatedTalk implements Talk, ConnectionListener {
  readonly ask: ConnectAsk;
  readonly number: number;
  readonly sent: Frame[] = [];
  lastText = '';
  readonly #mutation: Mutation;
  readonly #listener: ConnectionListener;
  #connection: Connection | null = null;
  #isClosed = false;

  constructor(mutation: Mutation, ask: ConnectAsk, number: number, listener: ConnectionListener) {
    this.#mutation = mutation;
    this.ask = ask;
    this.number = number;
    this.#listener = listener;
  }

  get last(): Frame {
    return this.sent.at(-1) ?? { type: '' };
  }

  async begin(endpoint: Endpoint): Promise<Opened> {
    const opened = await endpoint.connect(this.ask, this);
    if ('refused' in opened) return opened;
    const connection = this.#wrapped(opened.connection);
    return { connection: this.#mutation.opened?.(connection, this) ?? connection };
  }

  async call(endpoint: Endpoint, listener: CallListener): Promise<CallEnd | null> {
    const { heard, said, opens, opened } = this.#mutation;
    const end = await endpoint.call({
      frame: (text) => this.frame(text),
      binary: (bytes) => this.binary(bytes),
      closed: (code, reason) => this.closed(code, reason),
      opened: () => (opens?.(this.number) === false ? undefined : listener.opened()),
      heard: (sound) => listener.heard(heard?.(sound) ?? sound),
    });
    if (end === null) return null;
    const channel = this.#wrapped(end.channel);
    return {
      ...end,
      channel: opened?.(channel, this) ?? channel,
      say: (sound) => end.say(said?.(sound) ?? sound),
    };
  }

  #wrapped(connection: Connection): Connection {
    this.#connection = connection;
    return {
      ...connection,
      sendText: (text) => this.#send(text, connection),
      sendBinary: (bytes) => {
        this.lastText = '';
        if (this.#mutation.clientBinary?.(this) !== false) connection.sendBinary(bytes);
      },
    };
  }

  #send(text: string, connection: Connection): void {
    this.lastText = text;
    const event = frameOf(text);
    if (event === null) return connection.sendText(text);
    this.sent.push(event);
    const passed = this.#mutation.client?.(structuredClone(event), this) ?? [event];
    for (const each of passed) connection.sendText(JSON.stringify(each));
  }

  frame(text: string): void {
    const event = frameOf(text);
    const passed = event === null ? [] : (this.#mutation.server?.(event, this) ?? [event]);
    for (const each of passed) this.tell(each);
  }

  binary(bytes: number): void {
    this.#listener.binary(bytes);
  }

  closed(code: number, reason: string): void {
    const shown = this.#mutation.closed === undefined ? code : this.#mutation.closed(code, this);
    if (shown !== null) this.#end(shown, reason);
  }

  tell(event: Frame): void {
    this.tellText(JSON.stringify(event));
  }

  tellText(text: string): void {
    if (!this.#isClosed) this.#listener.frame(text);
  }

  close(code: number): void {
    this.#end(code, '');
    this.#connection?.close(1000, '');
  }

  #end(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.closed(code, reason);
  }
}

function frameOf(text: string): Frame | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFrame(value) ? value : null;
  } catch {
    return null;
  }
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a dotted path. */
export function of(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (Object(inner) === inner ? Reflect.get(Object(inner), key) : undefined), value);
}

function holder(value: unknown, path: string): [object, string] {
  const keys = path.split('.');
  const key = keys.pop() ?? '';
  return [Object(keys.length === 0 ? value : of(value, keys.join('.'))), key];
}

const always: When = () => true;

/** Changes events of a type. */
export function edit(type: string, change: (event: Frame) => void, when: When = always): Mutation {
  return {
    server(event, talk) {
      if (event.type === type && when(event, talk)) change(event);
      return [event];
    },
  };
}

/** Puts a value in place of another. */
export function set(type: string, path: string, value: unknown, when: When = always): Mutation {
  return edit(type, (event) => void Reflect.set(...holder(event, path), value), when);
}

/** Takes a key out. */
export function cut(type: string, path: string, when: When = always): Mutation {
  return edit(type, (event) => void Reflect.deleteProperty(...holder(event, path)), when);
}

/** Events of a type never come. */
export function drop(type: string, when: When = always): Mutation {
  return { server: (event, talk) => (event.type === type && when(event, talk) ? [] : [event]) };
}

let copies = 0;

/** An id that no server has given. */
export function freshId(): string {
  return `event_copy${++copies}`;
}

/** Events of a type come twice, the second under an id of its own. */
export function double(type: string, when: When = always): Mutation {
  return after(type, (event) => ({ ...event, event_id: freshId() }), when);
}

/** Something comes after events of a type. */
export function after(type: string, extra: (event: Frame) => Frame, when: When = always): Mutation {
  return { server: (event, talk) => (event.type === type && when(event, talk) ? [event, extra(event)] : [event]) };
}

/** The first comes after the second. */
export function swap(first: string, second: string, when: When = always): Mutation {
  const held = new WeakMap<Talk, Frame>();
  return {
    server(event, talk) {
      const waiting = held.get(talk);
      if (waiting !== undefined && event.type === second) {
        held.delete(talk);
        return [event, waiting];
      }
      if (waiting !== undefined || event.type !== first || !when(event, talk)) return [event];
      held.set(talk, event);
      return [];
    },
  };
}

/** An error comes instead. */
export function refuse(type: string, code: string, when: When = always): Mutation {
  return {
    server: (event, talk) => (event.type === type && when(event, talk) ? [errorFor(talk, code)] : [event]),
  };
}

function errorFor({ last }: Talk, code: string): Frame {
  const event_id = last['event_id'] ?? null;
  const error = { type: 'invalid_request_error', code, message: 'No.', param: null, event_id };
  return { type: 'error', event_id: freshId(), error };
}

/** The connection ends instead. */
export function hangUp(type: string, code: number, when: When = always): Mutation {
  return {
    server(event, talk) {
      if (event.type !== type || !when(event, talk)) return [event];
      talk.close(code);
      return [];
    },
  };
}

/** Frames of the client are lost on the way; `told` comes in place of an answer. */
export function ignore(type: string, when: When = always, told: readonly Frame[] = []): Mutation {
  return {
    client(event, talk) {
      if (event.type !== type || !when(event, talk)) return [event];
      for (const each of told) talk.tell({ ...each, event_id: freshId() });
      return [];
    },
  };
}

/** What reaches the server of frames of a type. */
export function rewrite(type: string, change: (event: Frame) => void, when: When = always): Mutation {
  return {
    client(event, talk) {
      if (event.type === type && when(event, talk)) change(event);
      return [event];
    },
  };
}

type AskWhen = (ask: RequestAsk, reply: Reply) => boolean;

/** Changes answers by HTTP. */
export function reply(path: RegExp, change: (reply: Reply) => Reply, when: AskWhen = () => true): Mutation {
  return { reply: (answer, asked) => (path.test(asked.path) && when(asked, answer) ? change(answer) : answer) };
}

/** The same of a body of JSON. */
export function body(path: RegExp, change: (body: Frame) => void, when: AskWhen = () => true): Mutation {
  return reply(
    path,
    (answer) => {
      const value = frameOf(answer.body) ?? { type: '' };
      change(value);
      return { ...answer, body: JSON.stringify(value) };
    },
    when,
  );
}

/** An answer by HTTP with an error of the API. */
export function httpError(status: number, code = 'no'): Reply {
  const error = { message: 'No.', type: 'invalid_request_error', param: null, code };
  return { status, headers: {}, body: JSON.stringify({ error }) };
}
