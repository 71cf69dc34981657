import type { RateLimit } from '../../protocol/types.ts';
import type { Span, Window, Windows } from '../../state/windows.ts';
import { microsOfUsd } from '../../usage/money.ts';
import { type Bound, rateLimitsOf, shortestWaitMs } from './bound.ts';
import type { Ledger } from './ledger.ts';
import { type KeyAccount, type Meter, type MeterFacts, SessionMeter } from './meter.ts';
import type { Place, Places } from './places.ts';
import type { Exhaustion, KeyPolicy } from './policy.ts';

export interface AccountOptions {
  /** Names the key; no key itself. */
  readonly owner: string;
  readonly policy: KeyPolicy;
  readonly windows: Windows;
  readonly ledger: Ledger;
  readonly places: Pick<Places, 'take' | 'giveUp'>;
}

/** Why a request can't be taken now. */
export interface RequestRefusal {
  readonly why: 'requests' | 'budget';
  /** Unix milliseconds; Infinity where that never comes. */
  readonly freeAt: number;
}

/** Why a key may open no session now. */
export type NoSession = 'sessions' | 'budget';

/** The label of keys without a name. */
export const unnamed = 'none';

/** What the sessions of one key use together, and may use. */
export class Account implements KeyAccount {
  readonly #options: AccountOptions;
  /** The sessions that are open, and their places where they have one. */
  readonly #open = new Map<SessionMeter, Place | undefined>();
  #expected = 0;
  /** What its running responses have set aside. The windows that are open hold the same. */
  readonly #held = { requests: 0, tokens: 0, audio: 0, budget: 0 };
  readonly #windows = new Map<WindowName, { readonly span: Span; readonly window: Window }>();
  #policy: KeyPolicy;

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#policy = options.policy;
  }

  get policy(): KeyPolicy {
    return this.#policy;
  }

  /** Names the key; no key itself. */
  get owner(): string {
    return this.#options.owner;
  }

  /** What the key is called in metrics. */
  get label(): string {
    return this.#policy.name ?? unnamed;
  }

  /** What was used stays used. Sessions that run are held to what is allowed now, but for caps of a session. */
  allow(policy: KeyPolicy): void {
    this.#policy = policy;
  }

  /** Why no session may begin, which is counted as a refusal; null where one may. */
  refuseSession(at: number): NoSession | null {
    const { sessions = Infinity } = this.#policy;
    const why = this.isExhausted(at) ? 'budget' : this.#open.size + this.#expected >= sessions ? 'sessions' : null;
    if (why !== null) this.#options.ledger.limited(why);
    return why;
  }

  /** Keeps a place for a session that takes a while to begin. To be called when it has begun, or does not. */
  expect(): () => void {
    this.#expected += 1;
    return () => void (this.#expected -= 1);
  }

  /** Takes a place for a session among those of the key over all nodes; null, which is counted as a refusal, where all are taken. */
  async takePlace(): Promise<Place | null> {
    const { ledger, owner, places } = this.#options;
    const place = await places.take(owner, this.#policy.sessions ?? Infinity);
    if (place === null) ledger.limited('sessions');
    return place;
  }

  /**
   * Takes a place for a session that goes on here, in exchange for the one that it held where it was; it is not refused. Null
   * where the key may have any number.
   */
  async movePlace(held: string | null): Promise<Place | null> {
    const { owner, places } = this.#options;
    const place = this.#policy.sessions === undefined ? null : await places.take(owner, Infinity);
    if (held !== null) places.giveUp(owner, held);
    return place;
  }

  /** Opens the meter of a session that begins; to be closed with it. */
  open(facts: MeterFacts, place?: Place): Meter {
    const session = new SessionMeter(this, facts, this.#options.ledger, this.#policy.session);
    this.#open.set(session, place);
    this.#options.ledger.keySession(this.label, 1);
    return session;
  }

  closed(session: SessionMeter): void {
    this.#open.get(session)?.release();
    if (this.#open.delete(session)) this.#options.ledger.keySession(this.label, -1);
  }

  request(at: number): void {
    this.#window('requests', 'minute').add(at, 1);
  }

  hold(tokens: number, micros: number): void {
    this.#held.tokens += tokens;
    this.#held.budget += micros;
    this.#windows.get('tokens')?.window.hold(tokens);
    this.#windows.get('budget')?.window.hold(micros);
  }

  spendTokens(at: number, tokens: number): void {
    this.#window('tokens', 'minute').add(at, tokens);
  }

  spendAudio(at: number, ms: number): void {
    this.#window('audio', 'minute').add(at, ms);
  }

  /** Charges money; with the last of it every session of the key is told. */
  spendMicros(at: number, micros: number): void {
    const { budget } = this.#policy;
    if (budget === undefined || micros === 0) return;
    this.#window('budget', budget.per).add(at, micros);
    this.#tellExhausted(at);
  }

  #tellExhausted(at: number): void {
    if (!this.isExhausted(at)) return;
    for (const session of this.#open.keys()) session.exhaust(this.exhaustion);
  }

  get exhaustion(): Exhaustion {
    return this.#policy.onExhausted ?? 'finish';
  }

  isExhausted(at: number): boolean {
    const { budget } = this.#policy;
    return budget !== undefined && this.#window('budget', budget.per).used(at) >= microsOfUsd(budget.usd);
  }

  /** When there is money again, Unix milliseconds; Infinity where that never comes. */
  budgetFreeAt(at: number): number {
    const { budget } = this.#policy;
    return budget === undefined ? at : this.#window('budget', budget.per).below(at, microsOfUsd(budget.usd));
  }

  bounds(at: number): Bound[] {
    const { limits = {}, budget } = this.#policy;
    const { requestsPerMinute, tokensPerMinute, audioSecondsPerMinute } = limits;
    const all: Bound[] = [];
    if (requestsPerMinute !== undefined) all.push(this.#bound('requests', 'minute', requestsPerMinute, at));
    if (tokensPerMinute !== undefined) all.push(this.#bound('tokens', 'minute', tokensPerMinute, at));
    if (audioSecondsPerMinute !== undefined) all.push(this.#audioBound(audioSecondsPerMinute, at));
    if (budget !== undefined) {
      all.push(this.#bound('budget', budget.per, microsOfUsd(budget.usd), at));
    }
    return all;
  }

  mayHear(at: number): boolean {
    const { audioSecondsPerMinute } = this.#policy.limits ?? {};
    return audioSecondsPerMinute === undefined || this.#audioBound(audioSecondsPerMinute, at).left > 0;
  }

  /** The rows of `rate_limits.updated`; null where the key has no such limits. */
  rateLimits(at: number): RateLimit[] | null {
    return rateLimitsOf(this.bounds(at), at);
  }

  /** Takes a request that starts no response, or tells why it can't be taken now, and when it can. */
  takeRequest(at: number): RequestRefusal | null {
    const refusal = this.#requestRefusal(at);
    if (refusal === null) this.request(at);
    else this.#options.ledger.limited(refusal.why);
    return refusal;
  }

  #requestRefusal(at: number): RequestRefusal | null {
    if (this.isExhausted(at)) return { why: 'budget', freeAt: this.budgetFreeAt(at) };
    const requests = this.bounds(at).find(({ limit }) => limit === 'requests');
    return requests === undefined || requests.left >= 1 ? null : { why: 'requests', freeAt: requests.freeAt };
  }

  #audioBound(secondsPerMinute: number, at: number): Bound {
    return this.#bound('audio', 'minute', secondsPerMinute * 1000, at);
  }

  #bound(limit: WindowName, span: Span, most: number, at: number): Bound {
    const window = this.#window(limit, span);
    const { held } = window;
    const left = most - held - window.used(at);
    const fullAt = window.below(at, Number.MIN_VALUE);
    if (left > 0) return { limit, most, left, freeAt: at, fullAt };
    // What running responses have set aside comes back when they end, which nobody knows.
    const freeAt = most > held ? window.below(at, most - held) : at + shortestWaitMs;
    return { limit, most, left, freeAt, fullAt };
  }

  #window(name: WindowName, span: Span): Window {
    const known = this.#windows.get(name);
    if (known?.span === span) return known.window;
    const window = this.#options.windows.open(`${name}:${this.#options.owner}`, span);
    known?.window.hold(-this.#held[name]);
    window.hold(this.#held[name]);
    if (name === 'budget') window.follow((at) => this.#tellExhausted(at)); // the others spend of it, too
    this.#windows.set(name, { span, window });
    return window;
  }
}

type WindowName = 'requests' | 'tokens' | 'audio' | 'budget';
