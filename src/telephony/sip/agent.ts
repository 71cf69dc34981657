import { AgentCall, allow, isTooShort, type OwnRequest, type Place, tooShort } from './agent-call.ts';
import { checkRequest, checkResponse, type Envelope } from './check.ts';
import { beginClient, type ClientTransaction, isOpen, stepClient } from './client-transaction.ts';
import { beginDialog, dialogName, nameWithin } from './dialog.ts';
import { cancelledBy, nameOf } from './match.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { printMessage } from './print.ts';
import { readMessage } from './read.ts';
import { type Answer, bare, receivedFrom, respond } from './respond.ts';
import { beginServer, type ServerInput, type ServerTransaction, stepServer } from './server-transaction.ts';
import { patience, t1, t2 } from './times.ts';
import { magicCookie } from './via.ts';

export interface AgentOptions {
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** A word that is unlike any before. */
  readonly unique: () => string;
  /** Where this place reaches us: `203.0.113.7:5060`. */
  readonly here: (place: Place) => string;
  /** Whether it can be sent at all. */
  readonly send: (text: string, to: Place) => boolean;
  /** A call has come. It may be refused at once. */
  readonly incoming: (call: AgentCall, from: Place) => void;
}

/** Transactions at once; a flood of requests beyond is answered by nobody. */
const maxTransactions = 10_000;
/** Calls at once, whatever their owner allows; more are turned away. */
const maxCalls = 10_000;
/** Requests of one call that are remembered; who sends more keeps nobody else from being answered. */
const maxOfCall = 100;
/** After how many seconds somebody who was turned away may try again. */
const retrySeconds = 10;

interface ServerEntry {
  readonly name: string;
  transaction: ServerTransaction;
  readonly request: SipRequest;
  readonly envelope: Envelope;
  readonly from: Place;
  readonly callOffs: Map<string, () => void>;
  /** The call that it came within; null where it came from outside. */
  readonly within: AgentCall | null;
  call: AgentCall | null;
}

/** Where a request came from, and how long it was. */
interface Arrival {
  readonly from: Place;
  readonly bytes: number;
}

interface ClientEntry {
  readonly name: string;
  transaction: ClientTransaction;
  readonly to: Place;
  readonly callOffs: Map<string, () => void>;
  readonly answered: (status: number | null) => void;
  readonly whenAnswered: Promise<void>;
}

/** What a request is answered with: by a dialog of its own, unless it names one. */
type Reply = Omit<Answer, 'tag'> & { readonly tag?: string };

/** A user agent that is called (RFC 3261): what comes from strangers becomes calls, or is answered. Knows no socket. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #servers = new Map<string, ServerEntry>();
  readonly #clients = new Map<string, ClientEntry>();
  /** By the names of their dialogs. */
  readonly #calls = new Map<string, AgentCall>();
  /** INVITEs that are remembered, by what two of one caller have in common that came different ways. */
  readonly #invites = new Map<string, ServerEntry>();
  /** INVITEs whose acceptance was not heard yet, by the names of their calls. */
  readonly #accepted = new Map<string, ServerEntry>();
  /** How many requests of a call are remembered. */
  readonly #ofCalls = new Map<AgentCall, number>();

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Calls that ring or are up. */
  get calls(): readonly AgentCall[] {
    return [...this.#calls.values()];
  }

  /** What is remembered of requests and answers. */
  get transactions(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** Once nothing that was asked of the other sides waits for an answer. */
  async settled(): Promise<void> {
    const waits = [...this.#clients.values()].filter(({ transaction }) => isOpen(transaction));
    await Promise.all(waits.map(({ whenAnswered }) => whenAnswered));
  }

  /** Forgets everything, without a word. */
  stop(): void {
    for (const { callOffs } of [...this.#servers.values(), ...this.#clients.values()])
      for (const callOff of callOffs.values()) callOff();
    for (const map of [this.#servers, this.#clients, this.#calls, this.#invites, this.#accepted, this.#ofCalls])
      map.clear();
  }

  /** A datagram has come. Never throws. */
  take(datagram: string, from: Place): void {
    const read = readMessage(datagram);
    if (read.is === 'nothing') return;
    const { message, problem } = read;
    if (message.is === 'response') this.#takeResponse(message, problem);
    else this.#takeRequest(receivedFrom(message, from.address, from.port), problem, { from, bytes: datagram.length });
  }

  #takeResponse(response: SipResponse, problem: string | null): void {
    const envelope = checkResponse(response, problem);
    const entry = this.#clients.get(envelope?.vias[0]?.parameters.get('branch') ?? '');
    if (entry === undefined || envelope?.cseq.method !== entry.transaction.request.method) return;
    this.#stepClient(entry, { from: 'wire', response });
  }

  #takeRequest(request: SipRequest, problem: string | null, arrival: Arrival): void {
    const checked = checkRequest(request, problem);
    if (!checked.ok) {
      if (request.method !== 'ACK') this.#reply(request, checked.rejection, arrival);
      return;
    }
    const { envelope } = checked;
    const known = this.#servers.get(nameOf(request, envelope));
    if (known !== undefined) return this.#stepServer(known, { from: 'wire', request });
    if (request.method === 'ACK') return this.#acknowledged(request, envelope);
    const call = this.#callOf(envelope);
    if (call === null && (request.method !== 'INVITE' || envelope.to.parameters.has('tag'))) {
      this.#reply(request, this.#answerTo(request, envelope), arrival);
    } else if (call !== null && request.method !== 'BYE' && (this.#ofCalls.get(call) ?? 0) >= maxOfCall) {
      this.#reply(request, busy, arrival);
    } else this.#remember(request, envelope, { arrival, call });
  }

  /** What changes something is not done twice. Of all else nothing is remembered: it is answered again when it comes again. */
  #remember(
    request: SipRequest,
    envelope: Envelope,
    { arrival, call }: { arrival: Arrival; call: AgentCall | null },
  ): void {
    if (this.#servers.size >= maxTransactions) return;
    const { from } = arrival;
    const entry = this.#begin(request, envelope, { from, within: call });
    const answer = request.method === 'CANCEL' ? this.#cancel(request, envelope) : call?.take(request, envelope, from);
    if (answer !== undefined) this.#answer(entry, answer);
    else this.#invited(entry, arrival);
  }

  #reply(request: SipRequest, reply: Reply, to: Arrival): void {
    this.#postOnce(respond(request, { tag: this.#options.unique(), ...reply }), to);
  }

  /**
   * Answers somebody who may not be who he says: over UDP in no more bytes than have come, so that nobody can have
   * another flooded by us.
   */
  #postOnce(response: SipResponse, { from, bytes }: Arrival): void {
    const isProven = from.transport !== 'UDP';
    const fitting = [response, bare(response)].map(printMessage).find((text) => isProven || text.length <= bytes);
    if (fitting !== undefined) this.#options.send(fitting, from);
  }

  #begin(request: SipRequest, envelope: Envelope, { from, within }: Pick<ServerEntry, 'from' | 'within'>): ServerEntry {
    const transaction = beginServer(request, from.transport !== 'UDP');
    const callOffs = new Map<string, () => void>();
    const name = nameOf(request, envelope);
    const entry: ServerEntry = { name, transaction, request, envelope, from, callOffs, within, call: within };
    this.#servers.set(entry.name, entry);
    if (within !== null) this.#ofCalls.set(within, (this.#ofCalls.get(within) ?? 0) + 1);
    return entry;
  }

  /** What a request is answered with that is of no call. */
  #answerTo(request: SipRequest, envelope: Envelope): Reply {
    if (request.method === 'CANCEL') return this.#cancel(request, envelope);
    if (envelope.to.parameters.has('tag')) return unknown;
    if (request.method !== 'OPTIONS') return { status: 405, reason: 'Method Not Allowed', headers: [allow] };
    return { status: 200, reason: 'OK', headers: [allow, { name: 'Accept', value: 'application/sdp' }] };
  }

  /** The answer to a CANCEL is of the same dialog as that to its INVITE (RFC 3261, section 9.2). */
  #cancel(request: SipRequest, envelope: Envelope): Reply {
    const invited = this.#servers.get(cancelledBy(request, envelope));
    if (invited === undefined) return unknown;
    invited.call?.cancelled();
    const tag = invited.call?.localTag;
    return { status: 200, reason: 'OK', ...(tag === undefined ? {} : { tag }) };
  }

  #invited(entry: ServerEntry, arrival: Arrival): void {
    const { request, envelope, from } = entry;
    const turnAway = (response: SipResponse): void => this.#turnAway(entry, response, arrival);
    const tag = this.#options.unique();
    const dialog = beginDialog(request, envelope, tag);
    const refusal = this.#refusalOf(entry) ?? (dialog === null ? unreachable : null);
    if (dialog === null || refusal !== null) return turnAway(respond(request, { tag, ...(refusal ?? unreachable) }));
    const { clock, here, incoming } = this.#options;
    const name = dialogName(dialog);
    let isNew = true;
    const call: AgentCall = new AgentCall(request, dialog, {
      clock,
      from,
      here,
      answer: (response) => (isNew && response.status >= 300 ? turnAway(response) : this.#tell(entry, response)),
      request: (own, answered) => this.#request(own, answered),
      forget: () => this.#forget(name),
    });
    entry.call = call;
    this.#calls.set(name, call);
    incoming(call, from);
    isNew = false;
    if (call.isRinging && entry.transaction.last === null)
      this.#tell(entry, respond(request, { status: 100, reason: 'Trying', tag: null }));
  }

  /** Why an INVITE becomes no call. */
  #refusalOf(entry: ServerEntry): Reply | null {
    const merging = mergingName(entry.envelope);
    if (this.#invites.has(merging)) return { status: 482, reason: 'Loop Detected' };
    this.#invites.set(merging, entry);
    if (this.#calls.size >= maxCalls) return busy;
    return isTooShort(entry.request) ? tooShort : null;
  }

  /**
   * Who is refused at once, as strangers are, hears it once and leaves no trace: neither can they fill what is remembered,
   * nor have somebody else told again and again in their place (RFC 3261, section 8.2.7).
   */
  #turnAway(entry: ServerEntry, response: SipResponse, arrival: Arrival): void {
    this.#postOnce(response, arrival);
    this.#drop(entry);
  }

  #tell(entry: ServerEntry, response: SipResponse): void {
    this.#stepServer(entry, { from: 'user', response });
  }

  /** The acceptance of an INVITE was heard. */
  #acknowledged(ack: SipRequest, envelope: Envelope): void {
    const name = nameWithin(envelope);
    if (this.#accepted.get(name)?.envelope.cseq.number !== envelope.cseq.number) return;
    this.#settle(name);
    this.#calls.get(name)?.acknowledged(ack);
  }

  /** An acceptance need not be said again. */
  #settle(name: string): void {
    const entry = this.#accepted.get(name);
    if (entry === undefined) return;
    this.#accepted.delete(name);
    this.#disarm(entry.callOffs, 'repeat');
    this.#disarm(entry.callOffs, 'giveUp');
  }

  #forget(name: string): void {
    this.#settle(name);
    this.#calls.delete(name);
  }

  /** Says that an INVITE is accepted again until that was heard: nobody else does (RFC 3261, section 13.3.1.4). */
  #repeat(entry: ServerEntry, response: SipResponse, pause: number): void {
    this.#arm(entry.callOffs, 'repeat', pause, () => {
      this.#post(response, entry.from);
      this.#repeat(entry, response, Math.min(2 * pause, t2));
    });
  }

  #callOf(envelope: Envelope): AgentCall | null {
    return this.#calls.get(nameWithin(envelope)) ?? null;
  }

  #answer(entry: ServerEntry, answer: Reply): void {
    this.#stepServer(entry, {
      from: 'user',
      response: respond(entry.request, { tag: this.#options.unique(), ...answer }),
    });
  }

  #stepServer(entry: ServerEntry, input: ServerInput): void {
    const before = entry.transaction.phase;
    const [next, effects] = stepServer(entry.transaction, input);
    entry.transaction = next;
    if (before === 'proceeding' && next.phase === 'accepted' && next.last !== null)
      this.#toldAccepted(entry, next.last);
    for (const effect of effects) {
      if (effect.do === 'send') this.#post(effect.response, entry.from);
      else if (effect.do === 'arm') {
        const { timer } = effect;
        this.#arm(entry.callOffs, timer, effect.afterMs, () => this.#stepServer(entry, { from: 'timer', timer }));
      } else if (effect.do === 'disarm') this.#disarm(entry.callOffs, effect.timer);
    }
    if (next.phase === 'over') this.#drop(entry);
  }

  #drop(entry: ServerEntry): void {
    if (this.#servers.delete(entry.name)) this.#uncount(entry.within);
    const merging = mergingName(entry.envelope);
    if (this.#invites.get(merging) === entry) this.#invites.delete(merging);
  }

  #uncount(call: AgentCall | null): void {
    if (call === null) return;
    const left = (this.#ofCalls.get(call) ?? 0) - 1;
    if (left > 0) this.#ofCalls.set(call, left);
    else this.#ofCalls.delete(call);
  }

  #toldAccepted(entry: ServerEntry, response: SipResponse): void {
    const { call } = entry;
    if (call === null) return;
    this.#settle(call.name);
    this.#accepted.set(call.name, entry);
    this.#repeat(entry, response, t1);
    this.#arm(entry.callOffs, 'giveUp', patience, () => {
      this.#settle(call.name);
      call.lost('its acceptance was never heard');
    });
  }

  #request({ make, to }: OwnRequest, answered: (status: number | null) => void): void {
    const branch = this.#options.unique();
    const [transaction, effects] = beginClient(make(branch), to.transport !== 'UDP');
    let settle = (): void => {};
    const whenAnswered = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const told = (status: number | null): void => {
      answered(status);
      if (status === null || status >= 200) settle();
    };
    const name = `${magicCookie}${branch}`;
    const entry: ClientEntry = { name, transaction, to, callOffs: new Map(), answered: told, whenAnswered };
    this.#clients.set(name, entry);
    this.#carry(entry, effects);
  }

  #stepClient(entry: ClientEntry, input: Parameters<typeof stepClient>[1]): void {
    const [next, effects] = stepClient(entry.transaction, input);
    entry.transaction = next;
    this.#carry(entry, effects);
  }

  #carry(entry: ClientEntry, effects: ReturnType<typeof stepClient>[1]): void {
    let isSent = true;
    for (const effect of effects) {
      if (effect.do === 'send') isSent = this.#post(effect.request, entry.to);
      else if (effect.do === 'arm') {
        const { timer } = effect;
        this.#arm(entry.callOffs, timer, effect.afterMs, () => this.#stepClient(entry, { from: 'timer', timer }));
      } else if (effect.do === 'disarm') this.#disarm(entry.callOffs, effect.timer);
      else entry.answered(effect.do === 'answered' ? effect.response.status : null);
    }
    if (entry.transaction.phase === 'over') this.#clients.delete(entry.name);
    else if (!isSent) this.#stepClient(entry, { from: 'transport' });
  }

  #arm(callOffs: Map<string, () => void>, timer: string, ms: number, run: () => void): void {
    this.#disarm(callOffs, timer);
    callOffs.set(timer, this.#options.clock.after(ms, run));
  }

  #disarm(callOffs: Map<string, () => void>, timer: string): void {
    callOffs.get(timer)?.();
    callOffs.delete(timer);
  }

  #post(message: SipMessage, to: Place): boolean {
    return this.#options.send(printMessage(message), to);
  }
}

const unknown: Reply = { status: 481, reason: 'Call/Transaction Does Not Exist' };
const unreachable: Reply = { status: 400, reason: 'Bad Request (Contact names nobody)' };
const busy: Reply = {
  status: 503,
  reason: 'Service Unavailable',
  headers: [{ name: 'Retry-After', value: String(retrySeconds) }],
};

/** What an INVITE has in common with itself where it has come another way (RFC 3261, section 8.2.2.2). */
function mergingName({ callId, cseq, from }: Envelope): string {
  return [callId, cseq.number, from.parameters.get('tag') ?? ''].join(' ');
}
