import type { Allowance } from '../../core/response/allowance.ts';
import type { RateLimit, Response, ResponseUsage, TranscriptionUsage } from '../../protocol/types.ts';
import { microsOf, microsOfSeconds, microsOfUsd, usdOf } from '../../usage/money.ts';
import type { ModelPrices } from '../../usage/price-list.ts';
import { addResponseUsage, addTranscriptionUsage, noUsage, type TokenCounts, totalOf } from '../../usage/usage.ts';
import { allowanceOf, type Bound } from './bound.ts';
import type { Ledger, LimitLabel } from './ledger.ts';
import type { Exhaustion, KeyPolicy } from './policy.ts';

/** What the meter of a session has to know of it. */
export interface MeterFacts {
  /** The model's label in metrics. */
  readonly model: string;
  /** Null where the model has no price. */
  readonly prices: ModelPrices | null;
  /** The prices of a model that transcribes what is said in the session. */
  readonly pricesOf: (model: string) => ModelPrices | null;
}

/** A response as its events show it. */
export type SeenResponse = Pick<Response, 'id' | 'max_output_tokens' | 'output_modalities' | 'usage' | 'status'>;

/**
 * Counts what one session uses, and knows what its key lets it use. A session of ours and a relay feed it with the same:
 * responses that start and end, sound, transcripts. Times are Unix milliseconds. Nothing here waits or throws.
 */
export interface Meter {
  /** What may start now; null where nothing bounds it. */
  allowance(at: number): Allowance | null;
  /** The rows of `rate_limits.updated`; null where the key has no such limits, and the event is to be left as it is. */
  rateLimits(at: number): RateLimit[] | null;
  /**
   * A response starts: what it may come to use is set aside. Told again of the same one it does nothing. `reads`: what the
   * model is going to read; where that is not known it is taken to be what the last response has read and said.
   */
  began(response: SeenResponse, at: number, reads?: TokenCounts): void;
  /**
   * A response has ended: what it has used takes the place of what was set aside. One that did not begin, or has ended
   * before, counts for nothing. Where it should have told its usage and did not, it has used what was set aside.
   */
  ended(response: SeenResponse, at: number): void;
  /** A response that began under one id goes on under another: it was asked for, and has got its own. */
  renamed(before: string, id: string): void;
  /** A response that was never to start, and was cancelled at once, has used this all the same. */
  leaked(usage: ResponseUsage | null | undefined, at: number): void;
  /** Speech was put into words by this model. */
  transcribed(model: string, usage: TranscriptionUsage | null | undefined, at: number): void;
  /** Sound has come from the client. False where the key may send no more for now: then it counts for nothing. */
  heard(ms: number, at: number): boolean;
  /** Something was refused under this limit. */
  refused(limit: LimitLabel): void;
  /** Calls back, once, when the session has to end since money or tokens are used up. */
  onExhausted(listener: (how: Exhaustion) => void): void;
  /** What the session has cost so far, in dollars; null where part of it has no price. */
  readonly usd: number | null;
  /** The session is over: responses whose end nobody saw have used what was set aside for them. */
  close(at: number): void;
}

/** Where nothing is counted. */
export const noMeter: Meter = {
  allowance: () => null,
  rateLimits: () => null,
  began() {},
  ended() {},
  renamed() {},
  leaked() {},
  transcribed() {},
  heard: () => true,
  refused() {},
  onExhausted() {},
  usd: null,
  close() {},
};

/** What a session uses of what its key has. */
export interface KeyAccount {
  readonly label: string;
  readonly exhaustion: Exhaustion;
  /** Every bound of the key that concerns responses. */
  bounds(at: number): readonly Bound[];
  rateLimits(at: number): RateLimit[] | null;
  /** Whether more sound may be sent. Asked of every piece. */
  mayHear(at: number): boolean;
  /** A request has been made: a response has started, or a client secret was made. */
  request(at: number): void;
  /** Sets aside what a response may come to use; negative amounts are given back. */
  hold(tokens: number, micros: number): void;
  spendTokens(at: number, tokens: number): void;
  spendAudio(at: number, ms: number): void;
  /** Charges money, in micro-dollars. */
  spendMicros(at: number, micros: number): void;
  /** The session is over. */
  closed(session: SessionMeter): void;
}

/** What a response of unknown length is taken to say at most, in tokens. */
const mostOutputTokens = 4096;

interface Reservation {
  readonly tokens: number;
  readonly micros: number;
}

export class SessionMeter implements Meter {
  readonly #account: KeyAccount;
  readonly #facts: MeterFacts;
  readonly #ledger: Ledger;
  readonly #caps: NonNullable<KeyPolicy['session']>;
  readonly #running = new Map<string, Reservation>();
  readonly #used = { tokens: 0, micros: 0, unbilledMs: 0 };
  /** What the newest response has read and said: the context of the next begins with it. */
  #context: TokenCounts = noUsage.input;
  #isPriced: boolean;
  #listener: ((how: Exhaustion) => void) | null = null;
  #isExhausted = false;
  #isClosed = false;

  constructor(account: KeyAccount, facts: MeterFacts, ledger: Ledger, caps: KeyPolicy['session'] = {}) {
    this.#account = account;
    this.#facts = facts;
    this.#ledger = ledger;
    this.#caps = caps;
    this.#isPriced = facts.prices !== null;
  }

  allowance(at: number): Allowance | null {
    return allowanceOf([...this.#account.bounds(at), ...this.#ownBounds(at)], at);
  }

  rateLimits(at: number): RateLimit[] | null {
    return this.#account.rateLimits(at);
  }

  began(response: SeenResponse, at: number, reads: TokenCounts = this.#context): void {
    const id = response.id ?? '';
    if (this.#running.has(id) || this.#isClosed) return;
    const reservation = this.#reservation(response, reads);
    this.#running.set(id, reservation);
    this.#account.request(at);
    this.#account.hold(reservation.tokens, reservation.micros);
  }

  ended(response: SeenResponse, at: number): void {
    const id = response.id ?? '';
    const reservation = this.#running.get(id);
    if (reservation === undefined) return;
    this.#running.delete(id);
    this.#account.hold(-reservation.tokens, -reservation.micros);
    const { usage, status } = response;
    if (isTold(usage)) return this.#settle(usage, at);
    const saidSomething = status !== 'failed' && status !== 'cancelled';
    if (saidSomething) this.#charge(reservation, at);
  }

  renamed(before: string, id: string): void {
    const reservation = this.#running.get(before);
    if (reservation === undefined) return;
    this.#running.delete(before);
    this.#running.set(id, reservation);
  }

  leaked(usage: ResponseUsage | null | undefined, at: number): void {
    if (isTold(usage)) this.#settle(usage, at);
  }

  transcribed(model: string, usage: TranscriptionUsage | null | undefined, at: number): void {
    const prices = this.#facts.pricesOf(model);
    const micros = prices === null ? null : microsOf(addTranscriptionUsage(noUsage, usage), prices);
    if (micros !== null) this.#charge({ tokens: 0, micros }, at);
  }

  heard(ms: number, at: number): boolean {
    if (!this.#account.mayHear(at)) return false;
    this.#account.spendAudio(at, ms);
    this.#used.unbilledMs += ms;
    if (this.#used.unbilledMs >= 1000) this.#billSound(at);
    return true;
  }

  refused(limit: LimitLabel): void {
    this.#ledger.limited(limit);
  }

  onExhausted(listener: (how: Exhaustion) => void): void {
    this.#listener = listener;
  }

  /** The key has no money left, or the session has used what it may. */
  exhaust(how: Exhaustion): void {
    if (this.#isExhausted) return;
    this.#isExhausted = true;
    this.#listener?.(how);
  }

  get usd(): number | null {
    return this.#isPriced ? usdOf(this.#used.micros) : null;
  }

  close(at: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#billSound(at);
    for (const { tokens, micros } of this.#running.values()) {
      this.#account.hold(-tokens, -micros);
      this.#charge({ tokens, micros }, at);
    }
    this.#running.clear();
    this.#account.closed(this);
  }

  #reservation(
    { max_output_tokens: most, output_modalities: modalities }: SeenResponse,
    reads: TokenCounts,
  ): Reservation {
    const output = typeof most === 'number' ? Math.min(most, mostOutputTokens) : mostOutputTokens;
    const said =
      modalities?.[0] === 'text' ? { ...noUsage.output, text: output } : { ...noUsage.output, audio: output };
    const micros = this.#priceOf({ ...noUsage, input: reads, output: said });
    return { tokens: totalOf(reads) + output, micros: micros ?? 0 };
  }

  #settle(usage: ResponseUsage, at: number): void {
    const counted = addResponseUsage(noUsage, usage);
    const tokens = totalOf(counted.input) + totalOf(counted.output);
    this.#context = sum(counted.input, counted.output);
    const micros = this.#priceOf(counted);
    if (micros === null) this.#unpriced();
    this.#charge({ tokens, micros: micros ?? 0 }, at);
  }

  /** A model that is billed by time costs nothing by the token. */
  #priceOf(usage: Parameters<typeof microsOf>[0]): number | null {
    const { prices } = this.#facts;
    if (totalOf(usage.input) + totalOf(usage.output) === 0) return 0;
    if (prices === null) return null;
    const byTime = prices.minute !== undefined && prices.input === undefined && prices.output === undefined;
    return byTime ? 0 : microsOf(usage, prices);
  }

  #unpriced(): void {
    this.#isPriced = false;
    this.#ledger.unpriced();
  }

  #billSound(at: number): void {
    const { minute } = this.#facts.prices ?? {};
    const ms = this.#used.unbilledMs;
    this.#used.unbilledMs = 0;
    if (minute !== undefined && ms > 0) this.#charge({ tokens: 0, micros: microsOfSeconds(ms / 1000, minute) }, at);
  }

  #charge({ tokens, micros }: Reservation, at: number): void {
    this.#used.tokens += tokens;
    this.#used.micros += micros;
    if (tokens > 0) this.#account.spendTokens(at, tokens);
    if (micros > 0) this.#ledger.charged(this.#facts.model, this.#account.label, micros);
    this.#account.spendMicros(at, micros);
    if (this.#ownBounds(at).some(({ freeAt }) => freeAt === Infinity)) this.exhaust(this.#account.exhaustion);
  }

  /** The caps of the session itself. What is used of them never comes back. */
  #ownBounds(at: number): Bound[] {
    const { tokens, usd } = this.#caps;
    const bounds: Bound[] = [];
    const held = [...this.#running.values()];
    if (tokens !== undefined) {
      bounds.push(
        ownBound(
          tokens,
          this.#used.tokens,
          held.reduce((all, each) => all + each.tokens, 0),
          at,
        ),
      );
    }
    if (usd !== undefined) {
      const most = microsOfUsd(usd);
      bounds.push(
        ownBound(
          most,
          this.#used.micros,
          held.reduce((all, each) => all + each.micros, 0),
          at,
        ),
      );
    }
    return bounds;
  }
}

function ownBound(most: number, used: number, held: number, at: number): Bound {
  const freeAt = used >= most ? Infinity : used + held >= most ? at + 1 : at;
  return { limit: 'session', most, left: most - used - held, freeAt, fullAt: Infinity };
}

function isTold(usage: ResponseUsage | null | undefined): usage is ResponseUsage {
  return usage !== null && usage !== undefined;
}

function sum(one: TokenCounts, other: TokenCounts): TokenCounts {
  const { text, audio, image, other: rest } = one;
  return { text: text + other.text, audio: audio + other.audio, image: image + other.image, other: rest + other.other };
}
