import type { Envelope } from './check.ts';
import { type Dialog, dialogName, requestIn, taken } from './dialog.ts';
import { type SipHeader, type SipRequest, type SipResponse, valueOf, valuesOf } from './message.ts';
import { type Answer, respond } from './respond.ts';
import { numberIn } from './scan.ts';

/** Where a message came from, or goes to. */
export interface Place {
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  readonly address: string;
  readonly port: number;
}

/** What a call tells whoever has it. */
export interface CallListener {
  /** The other side has heard that it was accepted, or has answered an offer of ours in a change. */
  acknowledged(answer: string | null): void;
  /** It is over: why, for the log. Told once, unless it was refused or hung up on this side. */
  ended(why: string): void;
  /** Its sound changes, as in a hold: our answer, or our offer for none (null); null where that can't be. */
  offered(offer: string | null): string | null;
  /** A key was pressed. */
  pressed(key: string): void;
  /** What became of a transfer. */
  referred(isDone: boolean): void;
}

/** What a call needs of its agent. */
export interface CallHands {
  readonly clock: { after(ms: number, run: () => void): () => void };
  /** Whom it has come from. */
  readonly from: Place;
  /** Where this place reaches us: `203.0.113.7:5060`. */
  here(place: Place): string;
  /** Answers the INVITE; an acceptance is said again until it was heard. */
  answer(response: SipResponse): void;
  /** Sends a request of ours; tells the status of its answer, null for none. */
  request(own: OwnRequest, answered: (status: number | null) => void): void;
  readonly forget: () => void;
}

/** A request of ours, and where it goes. */
export interface OwnRequest {
  /** `branch` is unlike that of any other. */
  make(branch: string): SipRequest;
  readonly to: Place;
}

/** What we understand. */
export const allow: SipHeader = {
  name: 'Allow',
  value: 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, NOTIFY',
};

/** How long the other side may take to tell what became of a transfer, in milliseconds. */
const referringMs = 60_000;

/** Ends at the latest after so long without a refresh, where the other side wants that (RFC 4028), in seconds. */
const minSessionSeconds = 90;

/** A call that has come: it rings until it is accepted or refused, and then is up. */
export class AgentCall {
  readonly invite: SipRequest;
  readonly #hands: CallHands;
  #dialog: Dialog;
  #listener: CallListener | null = null;
  /** Whom requests go to: the place that has last been heard from. */
  #peer: Place;
  #phase: 'ringing' | 'accepted' | 'up' | 'over' = 'ringing';
  /** It was hung up before the other side could know that it was accepted, and is told once it does. */
  #isLeaving = false;
  /** Calls off the end of a session that is not refreshed. */
  #callOff = (): void => {};
  /** Calls off the wait for a transfer; null where there is none. */
  #stopReferring: (() => void) | null = null;
  /** The other side has said that it will call whom we asked it to. */
  #isTransferring = false;

  constructor(invite: SipRequest, dialog: Dialog, hands: CallHands) {
    this.invite = invite;
    this.#dialog = dialog;
    this.#hands = hands;
    this.#peer = hands.from;
  }

  /** That of its dialog. */
  get name(): string {
    return dialogName(this.#dialog);
  }

  /** The offer of the other side; null where it waits for ours. */
  get offer(): string | null {
    return this.invite.body === '' ? null : this.invite.body;
  }

  get isRinging(): boolean {
    return this.#phase === 'ringing';
  }

  get localTag(): string {
    return this.#dialog.localTag;
  }

  /** Whether its requests come from this place. */
  isWith({ address, port }: Omit<Place, 'transport'>): boolean {
    return this.#peer.address === address && this.#peer.port === port;
  }

  open(listener: CallListener): void {
    this.#listener = listener;
  }

  /** The other side hears it ring. */
  ring(): void {
    if (this.#phase === 'ringing') this.#answer({ status: 180, reason: 'Ringing' });
  }

  /** Accepts it with our description of its sound. What is said again until it was heard ends it where it never is. */
  accept(description: string): void {
    if (this.#phase !== 'ringing') return;
    this.#phase = 'accepted';
    this.#answer({ status: 200, reason: 'OK', headers: this.#sessionHeaders(this.invite), body: description });
    this.#watchSession(this.invite);
  }

  refuse(status: number, reason: string, headers: readonly SipHeader[] = []): void {
    if (this.#phase !== 'ringing') return;
    this.#answer({ status, reason, headers });
    this.#end();
  }

  /** Ends it, whatever it is at. Who does not know yet that it was accepted is told after that (RFC 3261, section 15). */
  hangUp(): void {
    if (this.#phase === 'ringing') this.refuse(480, 'Temporarily Unavailable');
    else if (this.#phase === 'accepted') this.#isLeaving = true;
    else this.#leave();
  }

  /** Asks the other side to call somebody else (RFC 3515); once it does, the call is hung up. */
  refer(target: string): void {
    if (this.#phase !== 'up' || this.#isLeaving || this.#stopReferring !== null) return this.#listener?.referred(false);
    this.#stopReferring = this.#hands.clock.after(referringMs, () => this.#referred(false));
    this.#request('REFER', [{ name: 'Refer-To', value: `<${target}>` }, this.#contact], (status) => {
      if (status !== null && status < 200) return;
      if (status === null || status >= 300) this.#referred(false);
      else this.#isTransferring = true;
    });
  }

  /** The caller has thought better of it. */
  cancelled(): void {
    if (this.#phase !== 'ringing') return;
    this.#answer({ status: 487, reason: 'Request Terminated' });
    this.#drop('the caller has given up');
  }

  /** Its acceptance was never heard, its sound is gone, nobody has refreshed it: there is nobody any more. */
  lost(why: string): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'ringing') this.hangUp();
    else this.#leave();
    this.#listener?.ended(why);
  }

  acknowledged(ack: SipRequest): void {
    const isFirst = this.#phase === 'accepted';
    this.#phase = 'up';
    if (this.#isLeaving) this.#leave();
    else if (isFirst || ack.body !== '') this.#listener?.acknowledged(ack.body === '' ? null : ack.body);
  }

  /** A request within the call; what it is answered with. */
  take(request: SipRequest, envelope: Envelope, from: Place): Omit<Answer, 'tag'> {
    const next = taken(this.#dialog, request, envelope);
    if (next === null) return { status: 500, reason: 'Server Internal Error' };
    this.#dialog = next;
    this.#peer = from;
    switch (request.method) {
      case 'BYE':
        if (this.#phase === 'ringing') this.#answer({ status: 487, reason: 'Request Terminated' });
        this.#drop('the caller has hung up');
        return ok;
      case 'INVITE':
      case 'UPDATE':
        return this.#changed(request);
      case 'INFO':
        return this.#pressed(request);
      case 'NOTIFY':
        return this.#notified(request);
      case 'OPTIONS':
        return ok;
      default:
        return { status: 405, reason: 'Method Not Allowed', headers: [allow] };
    }
  }

  #changed(request: SipRequest): Omit<Answer, 'tag'> {
    // Whoever rings waits for one answer, and whoever leaves takes no other sound.
    if (this.#phase === 'ringing' && request.method === 'INVITE') return { status: 491, reason: 'Request Pending' };
    if (isTooShort(request)) return tooShort;
    this.#watchSession(request);
    const headers = [this.#contact, ...this.#sessionHeaders(request)];
    if (request.body === '' && request.method === 'UPDATE') return { ...ok, headers };
    const answer = this.#listener?.offered(request.body === '' ? null : request.body) ?? null;
    if (answer === null) return { status: 488, reason: 'Not Acceptable Here' };
    return { ...ok, headers: [...headers, sdp], body: answer };
  }

  #pressed({ body, headers }: SipRequest): Omit<Answer, 'tag'> {
    const isRelay = headers.some(
      ({ name, value }) => name === 'Content-Type' && /^application\/dtmf-relay\b/i.test(value),
    );
    if (!isRelay) return body === '' ? ok : { status: 415, reason: 'Unsupported Media Type' };
    const key = /^Signal\s*=\s*([0-9*#A-Da-d])\s*$/m.exec(body)?.[1];
    if (key === undefined) return { status: 400, reason: 'Bad Request' };
    this.#listener?.pressed(key.toUpperCase());
    return ok;
  }

  /** How the transfer goes, as the other side sees its new call. */
  #notified({ body }: SipRequest): Omit<Answer, 'tag'> {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(body)?.[1] ?? 0);
    if (status >= 200) this.#referred(status < 300);
    return ok;
  }

  #referred(isDone: boolean): void {
    if (this.#stopReferring === null) return;
    this.#stopReferring();
    this.#stopReferring = null;
    this.#isTransferring = false;
    if (isDone) this.hangUp();
    this.#listener?.referred(isDone);
  }

  /** Where we are reached within the call. */
  get #contact(): SipHeader {
    const transport = this.#peer.transport === 'UDP' ? '' : `;transport=${this.#peer.transport.toLowerCase()}`;
    return { name: 'Contact', value: `<sip:${this.#hands.here(this.#peer)}${transport}>` };
  }

  #answer(answer: Omit<Answer, 'tag'>): void {
    const contact = answer.status < 300 ? [this.#contact] : [];
    const type = answer.body === undefined ? [] : [sdp];
    const headers = [...contact, ...(answer.headers ?? []), ...type];
    this.#hands.answer(respond(this.invite, { ...answer, tag: this.#dialog.localTag, headers }));
  }

  #request(method: string, headers: readonly SipHeader[], answered: (status: number | null) => void): void {
    const to = this.#peer;
    const via = `SIP/2.0/${to.transport} ${this.#hands.here(to)}`;
    const make = (branch: string): SipRequest => {
      const [dialog, request] = requestIn(this.#dialog, { method, via, branch, headers });
      this.#dialog = dialog;
      return request;
    };
    this.#hands.request({ make, to }, answered);
  }

  #leave(): void {
    if (this.#phase === 'over') return;
    this.#request('BYE', [], () => {});
    this.#end();
  }

  /** The other side may want the call to end unless it says now and then that it goes on. */
  #watchSession(request: SipRequest): void {
    const seconds = sessionSecondsOf(request);
    this.#callOff();
    if (seconds === null) return;
    this.#callOff = this.#hands.clock.after(seconds * 1000, () => this.lost('it was not refreshed in time'));
  }

  #sessionHeaders(request: SipRequest): readonly SipHeader[] {
    const seconds = sessionSecondsOf(request);
    if (seconds === null) return [];
    return [
      { name: 'Session-Expires', value: `${seconds};refresher=uac` },
      { name: 'Require', value: 'timer' },
    ];
  }

  /** Who was asked to call somebody else may hang up by itself once it does. */
  #drop(why: string): void {
    this.#end(this.#isTransferring);
    this.#listener?.ended(why);
  }

  #end(isReferred = false): void {
    this.#phase = 'over';
    this.#callOff();
    this.#referred(isReferred);
    this.#hands.forget();
  }
}

const ok = { status: 200, reason: 'OK' } as const;
/** Sessions that need a refresh every few seconds are no use. */
export const tooShort: Omit<Answer, 'tag'> = {
  status: 422,
  reason: 'Session Interval Too Small',
  headers: [{ name: 'Min-SE', value: String(minSessionSeconds) }],
};
const sdp: SipHeader = { name: 'Content-Type', value: 'application/sdp' };

/**
 * After how many seconds without a refresh the call ends; null where nobody asks for that, or asks us for the refreshes:
 * then it has no such end, since our answer names none.
 */
function sessionSecondsOf(request: SipRequest): number | null {
  const [asked = '', ...parameters] = (valueOf(request, 'Session-Expires') ?? '').split(';').map((part) => part.trim());
  const refreshes = valuesOf(request, 'Supported').some((value) => /(?:^|[\s,])timer(?:$|[\s,])/i.test(value));
  const isOurs = parameters.some((parameter) => /^refresher\s*=\s*uas$/i.test(parameter));
  return refreshes && !isOurs ? numberIn(asked, 2 ** 31) : null;
}

/** Whether a request wants refreshes more often than we would have them. */
export function isTooShort(request: SipRequest): boolean {
  const seconds = sessionSecondsOf(request);
  return seconds !== null && seconds < minSessionSeconds;
}
