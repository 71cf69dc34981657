import type { Envelope } from './check.ts';
import { type Dialog, isOf, requestIn, taken } from './dialog.ts';
import { type SipHeader, type SipRequest, type SipResponse, valueOf } from './message.ts';
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
  /** The other side has heard that it was accepted; with the answer where the offer was ours. */
  acknowledged(answer: string | null): void;
  /** It is over: why, for the log. Told once, unless it was refused or hung up on this side. */
  ended(why: string): void;
  /** Its sound changes, as in a hold: our answer, or null where that can't be. */
  offered(offer: string): string | null;
  /** A key was pressed. */
  pressed(key: string): void;
  /** What became of a transfer. */
  referred(isDone: boolean): void;
}

/** What a call needs of its agent. */
export interface CallHands {
  readonly clock: { after(ms: number, run: () => void): () => void };
  readonly contact: string;
  /** Answers the INVITE; an acceptance is said again until it was heard. */
  answer(response: SipResponse): void;
  /** Sends a request of ours to whoever has called; tells the status of its answer, null for none. */
  request(make: (branch: string) => SipRequest, answered: (status: number | null) => void): void;
  /** `SIP/2.0/UDP host:port`. */
  readonly via: string;
  readonly forget: () => void;
}

/** What we understand. */
export const allow: SipHeader = {
  name: 'Allow',
  value: 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, NOTIFY',
};

/** Ends at the latest after so long without a refresh, where the other side wants that (RFC 4028), in seconds. */
export const minSessionSeconds = 90;

/** A call that has come: it rings until it is accepted or refused, and then is up. */
export class AgentCall {
  readonly invite: SipRequest;
  readonly #hands: CallHands;
  #dialog: Dialog;
  #listener: CallListener | null = null;
  #phase: 'ringing' | 'accepted' | 'up' | 'over' = 'ringing';
  /** Calls off the end of a session that is not refreshed. */
  #callOff = (): void => {};
  #isReferring = false;

  constructor(invite: SipRequest, dialog: Dialog, hands: CallHands) {
    this.invite = invite;
    this.#dialog = dialog;
    this.#hands = hands;
  }

  /** The offer of the other side; null where it waits for ours. */
  get offer(): string | null {
    return this.invite.body === '' ? null : this.invite.body;
  }

  get isRinging(): boolean {
    return this.#phase === 'ringing';
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

  /** Ends it, whatever it is at. */
  hangUp(): void {
    if (this.#phase === 'ringing') return this.refuse(480, 'Temporarily Unavailable');
    if (this.#phase === 'over') return;
    this.#request('BYE', [], () => {});
    this.#end();
  }

  /** Asks the other side to call somebody else (RFC 3515); once it does, the call is hung up. */
  refer(target: string): void {
    if (this.#phase !== 'up' || this.#isReferring) return this.#listener?.referred(false);
    this.#isReferring = true;
    const headers = [
      { name: 'Refer-To', value: `<${target}>` },
      { name: 'Contact', value: `<${this.#hands.contact}>` },
    ];
    this.#request('REFER', headers, (status) => {
      if (status !== null && status < 200) return;
      if (status === null || status >= 300) this.#referred(false);
    });
  }

  /** Whether a request is of this call. */
  has(envelope: Envelope): boolean {
    return this.#phase !== 'over' && isOf(this.#dialog, envelope);
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
    this.hangUp();
    this.#listener?.ended(why);
  }

  acknowledged(ack: SipRequest): void {
    if (this.#phase !== 'accepted') return;
    this.#phase = 'up';
    this.#listener?.acknowledged(ack.body === '' ? null : ack.body);
  }

  /** A request within the call; what it is answered with. */
  take(request: SipRequest, envelope: Envelope): Omit<Answer, 'tag'> {
    const next = taken(this.#dialog, request, envelope);
    if (next === null) return { status: 500, reason: 'Server Internal Error' };
    this.#dialog = next;
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
    this.#watchSession(request);
    const headers = [{ name: 'Contact', value: `<${this.#hands.contact}>` }, ...this.#sessionHeaders(request)];
    if (request.body === '') return { ...ok, headers };
    const answer = this.#listener?.offered(request.body) ?? null;
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
    if (this.#isReferring && status >= 200) this.#referred(status < 300);
    return ok;
  }

  #referred(isDone: boolean): void {
    if (!this.#isReferring) return;
    this.#isReferring = false;
    if (isDone) this.hangUp();
    this.#listener?.referred(isDone);
  }

  #answer(answer: Omit<Answer, 'tag'>): void {
    const contact = answer.status < 300 ? [{ name: 'Contact', value: `<${this.#hands.contact}>` }] : [];
    const type = answer.body === undefined ? [] : [sdp];
    const headers = [...contact, ...(answer.headers ?? []), ...type];
    this.#hands.answer(respond(this.invite, { ...answer, tag: this.#dialog.localTag, headers }));
  }

  #request(method: string, headers: readonly SipHeader[], answered: (status: number | null) => void): void {
    const { via } = this.#hands;
    this.#hands.request((branch) => {
      const [dialog, request] = requestIn(this.#dialog, { method, via, branch, headers });
      this.#dialog = dialog;
      return request;
    }, answered);
  }

  /** The other side may want the call to end unless it says now and then that it goes on. */
  #watchSession(request: SipRequest): void {
    const seconds = sessionSecondsOf(request);
    if (seconds === null) return;
    this.#callOff();
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

  #drop(why: string): void {
    this.#end();
    this.#listener?.ended(why);
  }

  #end(): void {
    this.#phase = 'over';
    this.#callOff();
    this.#hands.forget();
  }
}

const ok = { status: 200, reason: 'OK' } as const;
const sdp: SipHeader = { name: 'Content-Type', value: 'application/sdp' };

/** After how many seconds without a refresh the call ends; null where nobody asks for that. */
export function sessionSecondsOf(request: SipRequest): number | null {
  const asked = (valueOf(request, 'Session-Expires') ?? '').split(';')[0]?.trim() ?? '';
  return numberIn(asked, 2 ** 31);
}
