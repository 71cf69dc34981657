import { AgentCall, allow, minSessionSeconds, type Place, sessionSecondsOf } from './agent-call.ts';
import { checkRequest, checkResponse, type Envelope } from './check.ts';
import { beginClient, type ClientTransaction, stepClient } from './client-transaction.ts';
import { beginDialog } from './dialog.ts';
import { cancelledBy, nameOf } from './match.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { printMessage } from './print.ts';
import { readMessage } from './read.ts';
import { type Answer, receivedFrom, respond } from './respond.ts';
import { beginServer, type ServerInput, type ServerTransaction, stepServer } from './server-transaction.ts';
import { patience, t1, t2 } from './times.ts';
import { magicCookie } from './via.ts';

export interface AgentOptions {
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** A word that is unlike any before. */
  readonly unique: () => string;
  /** Where we are reached, as `sip:bot@203.0.113.7:5060`, and what answers to our requests come back by. */
  readonly contact: string;
  readonly via: string;
  readonly send: (text: string, to: Place) => void;
  /** A call has come. It may be refused at once. */
  readonly incoming: (call: AgentCall, from: Place) => void;
}

/** Transactions at once; a flood of requests beyond is answered by nobody. */
const maxTransactions = 10_000;

interface ServerEntry {
  transaction: ServerTransaction;
  readonly request: SipRequest;
  readonly envelope: Envelope;
  readonly from: Place;
  readonly callOffs: Map<string, () => void>;
  call: AgentCall | null;
}

interface ClientEntry {
  readonly name: string;
  transaction: ClientTransaction;
  readonly to: Place;
  readonly callOffs: Map<string, () => void>;
  readonly answered: (status: number | null) => void;
}

/** A user agent that is called (RFC 3261): what comes from strangers becomes calls, or is answered. Knows no socket. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #servers = new Map<string, ServerEntry>();
  readonly #clients = new Map<string, ClientEntry>();
  readonly #calls = new Set<AgentCall>();

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Calls that ring or are up. */
  get calls(): ReadonlySet<AgentCall> {
    return this.#calls;
  }

  /** What is remembered of requests and answers. */
  get transactions(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** A datagram has come. Never throws. */
  take(datagram: string, from: Place): void {
    const read = readMessage(datagram);
    if (read.is === 'nothing') return;
    const { message, problem } = read;
    if (message.is === 'response') this.#takeResponse(message, problem);
    else this.#takeRequest(receivedFrom(message, from.address, from.port), problem, from);
  }

  #takeResponse(response: SipResponse, problem: string | null): void {
    const envelope = checkResponse(response, problem);
    const entry = this.#clients.get(envelope?.vias[0]?.parameters.get('branch') ?? '');
    if (entry === undefined || envelope?.cseq.method !== entry.transaction.request.method) return;
    this.#stepClient(entry, { from: 'wire', response });
  }

  #takeRequest(request: SipRequest, problem: string | null, from: Place): void {
    const checked = checkRequest(request, problem);
    if (!checked.ok) {
      if (request.method !== 'ACK')
        this.#post(respond(request, { ...checked.rejection, tag: this.#options.unique() }), from);
      return;
    }
    const { envelope } = checked;
    const known = this.#servers.get(nameOf(request, envelope));
    if (known !== undefined) return this.#stepServer(known, { from: 'wire', request });
    if (request.method === 'ACK') return this.#acknowledged(request, envelope);
    if (this.#servers.size >= maxTransactions) return;
    const entry = this.#begin(request, envelope, from);
    const answer = this.#answerTo(entry);
    if (answer !== null) this.#answer(entry, answer);
  }

  #begin(request: SipRequest, envelope: Envelope, from: Place): ServerEntry {
    const transaction = beginServer(request, from.transport !== 'UDP');
    const entry = { transaction, request, envelope, from, callOffs: new Map(), call: null };
    this.#servers.set(nameOf(request, envelope), entry);
    return entry;
  }

  /** What a request is answered with at once; null where somebody answers it later. */
  #answerTo(entry: ServerEntry): Omit<Answer, 'tag'> | null {
    const { request, envelope } = entry;
    if (request.method === 'CANCEL') return this.#cancel(entry);
    if (envelope.to.parameters.has('tag')) {
      entry.call = this.#callOf(envelope);
      return entry.call?.take(request, envelope) ?? { status: 481, reason: 'Call/Transaction Does Not Exist' };
    }
    if (request.method === 'INVITE') return this.#invited(entry);
    if (request.method === 'OPTIONS') {
      return { status: 200, reason: 'OK', headers: [allow, { name: 'Accept', value: 'application/sdp' }] };
    }
    return { status: 405, reason: 'Method Not Allowed', headers: [allow] };
  }

  #cancel({ request, envelope }: ServerEntry): Omit<Answer, 'tag'> {
    const invited = this.#servers.get(cancelledBy(request, envelope));
    if (invited === undefined) return { status: 481, reason: 'Call/Transaction Does Not Exist' };
    invited.call?.cancelled();
    return { status: 200, reason: 'OK' };
  }

  #invited(entry: ServerEntry): Omit<Answer, 'tag'> | null {
    const { request, envelope, from } = entry;
    if (this.#isMerged(entry)) return { status: 482, reason: 'Loop Detected' };
    const seconds = sessionSecondsOf(request);
    if (seconds !== null && seconds < minSessionSeconds) {
      return {
        status: 422,
        reason: 'Session Interval Too Small',
        headers: [{ name: 'Min-SE', value: String(minSessionSeconds) }],
      };
    }
    const dialog = beginDialog(request, envelope, this.#options.unique());
    if (dialog === null) return { status: 400, reason: 'Bad Request (Contact names nobody)' };
    const { clock, contact, via, incoming } = this.#options;
    const call: AgentCall = new AgentCall(request, dialog, {
      clock,
      contact,
      via,
      answer: (response) => this.#stepServer(entry, { from: 'user', response }),
      request: (make, answered) => this.#request(make, from, answered),
      forget: () => void this.#calls.delete(call),
    });
    entry.call = call;
    this.#calls.add(call);
    this.#stepServer(entry, { from: 'user', response: respond(request, { status: 100, reason: 'Trying', tag: null }) });
    incoming(call, from);
    return null;
  }

  /** The same request has come another way (RFC 3261, section 8.2.2.2). */
  #isMerged({ request, envelope }: ServerEntry): boolean {
    const tag = envelope.from.parameters.get('tag') ?? '';
    return [...this.#servers.values()].some(
      (other) =>
        other.request !== request &&
        other.request.method === 'INVITE' &&
        other.envelope.callId === envelope.callId &&
        other.envelope.cseq.number === envelope.cseq.number &&
        (other.envelope.from.parameters.get('tag') ?? '') === tag,
    );
  }

  /** The acceptance of an INVITE was heard. */
  #acknowledged(ack: SipRequest, envelope: Envelope): void {
    const call = this.#callOf(envelope);
    if (call === null) return;
    for (const entry of this.#servers.values()) {
      const isMeant = entry.call === call && entry.envelope.cseq.number === envelope.cseq.number;
      if (!isMeant || entry.request.method !== 'INVITE') continue;
      this.#disarm(entry.callOffs, 'repeat');
      this.#disarm(entry.callOffs, 'giveUp');
    }
    call.acknowledged(ack);
  }

  /** Says that an INVITE is accepted again until that was heard: nobody else does (RFC 3261, section 13.3.1.4). */
  #repeat(entry: ServerEntry, response: SipResponse, pause: number): void {
    this.#arm(entry.callOffs, 'repeat', pause, () => {
      this.#post(response, entry.from);
      this.#repeat(entry, response, Math.min(2 * pause, t2));
    });
  }

  #callOf(envelope: Envelope): AgentCall | null {
    for (const call of this.#calls) if (call.has(envelope)) return call;
    return null;
  }

  #answer(entry: ServerEntry, answer: Omit<Answer, 'tag'>): void {
    this.#stepServer(entry, {
      from: 'user',
      response: respond(entry.request, { ...answer, tag: this.#options.unique() }),
    });
  }

  #stepServer(entry: ServerEntry, input: ServerInput): void {
    const before = entry.transaction.phase;
    const [next, effects] = stepServer(entry.transaction, input);
    entry.transaction = next;
    if (before === 'proceeding' && next.phase === 'accepted' && next.last !== null) this.#accepted(entry, next.last);
    for (const effect of effects) {
      if (effect.do === 'send') this.#post(effect.response, entry.from);
      else if (effect.do === 'arm') {
        const { timer } = effect;
        this.#arm(entry.callOffs, timer, effect.afterMs, () => this.#stepServer(entry, { from: 'timer', timer }));
      } else if (effect.do === 'disarm') this.#disarm(entry.callOffs, effect.timer);
    }
    if (next.phase === 'over') this.#servers.delete(nameOf(entry.request, entry.envelope));
  }

  #accepted(entry: ServerEntry, response: SipResponse): void {
    this.#repeat(entry, response, t1);
    this.#arm(entry.callOffs, 'giveUp', patience, () => {
      this.#disarm(entry.callOffs, 'repeat');
      entry.call?.lost('its acceptance was never heard');
    });
  }

  #request(make: (branch: string) => SipRequest, to: Place, answered: (status: number | null) => void): void {
    const branch = this.#options.unique();
    const [transaction, effects] = beginClient(make(branch), to.transport !== 'UDP');
    const entry: ClientEntry = { name: `${magicCookie}${branch}`, transaction, to, callOffs: new Map(), answered };
    this.#clients.set(entry.name, entry);
    this.#carry(entry, effects);
  }

  #stepClient(entry: ClientEntry, input: Parameters<typeof stepClient>[1]): void {
    const [next, effects] = stepClient(entry.transaction, input);
    entry.transaction = next;
    this.#carry(entry, effects);
  }

  #carry(entry: ClientEntry, effects: ReturnType<typeof stepClient>[1]): void {
    for (const effect of effects) {
      if (effect.do === 'send') this.#post(effect.request, entry.to);
      else if (effect.do === 'arm') {
        const { timer } = effect;
        this.#arm(entry.callOffs, timer, effect.afterMs, () => this.#stepClient(entry, { from: 'timer', timer }));
      } else if (effect.do === 'disarm') this.#disarm(entry.callOffs, effect.timer);
      else entry.answered(effect.do === 'answered' ? effect.response.status : null);
    }
    if (entry.transaction.phase === 'over') this.#clients.delete(entry.name);
  }

  #arm(callOffs: Map<string, () => void>, timer: string, ms: number, run: () => void): void {
    this.#disarm(callOffs, timer);
    callOffs.set(timer, this.#options.clock.after(ms, run));
  }

  #disarm(callOffs: Map<string, () => void>, timer: string): void {
    callOffs.get(timer)?.();
    callOffs.delete(timer);
  }

  #post(message: SipMessage, to: Place): void {
    this.#options.send(printMessage(message), to);
  }
}
