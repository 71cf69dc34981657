import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { UpstreamState, UpstreamTally } from '../observability/metrics/upstream-tally.ts';
import { inOrderOfChoice } from './choice.ts';
import { type Dialled, dialUpstream } from './dial-upstream.ts';
import type { Opening } from './dialects.ts';
import type { Failure } from './failure.ts';
import { afterOutcome, type Health, healthy, type Outcome, type Standing, standingOf } from './health.ts';
import { failureWithoutKeys } from './keys-kept.ts';
import type { RelaySettings, UpstreamSettings } from './options.ts';

/** One upstream of a relay, as it is doing. */
export class Upstream {
  readonly settings: UpstreamSettings;
  /** Sessions that it has now. */
  sessions = 0;
  /** Tries while it is out of use; one at a time. */
  isOnTrial = false;
  #health: Health = healthy;

  constructor(settings: UpstreamSettings) {
    this.settings = settings;
  }

  get hasRefusedKey(): boolean {
    return this.#health.refusedKey;
  }

  standing(now: number): Standing {
    return standingOf(this.#health, now);
  }

  note(outcome: Outcome, now: number, settings: RelaySettings['health']): void {
    this.#health = afterOutcome(this.#health, outcome, now, settings);
  }
}

/** A session's upstream, settled. */
export type Connected = From<Dialled>;

/** What was got, and the upstream that gave it. */
export type From<Got> = Got & { readonly upstream: Upstream };

/** Why a session has no upstream: the last that refused it for good, or else that none would have it, or knows our key. */
export type NoUpstream = Extract<Failure, { is: 'final' | 'http' }> | { readonly is: 'unavailable' | 'refused_key' };

export interface ConnectAround {
  readonly clock: Clock;
  readonly log: SessionLog;
  readonly count: UpstreamTally;
  /** Aborting gives up: nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** Asks one upstream for something; the signal is aborted when it has had its time. Never rejects. */
export type Ask<Got extends object> = (upstream: UpstreamSettings, signal: AbortSignal) => Promise<Got | Failure>;

/** The upstreams of one relay, with what is known of them; they outlive sessions. */
export class Upstreams {
  /** The name of the entry, which metrics name. */
  readonly name: string;
  readonly settings: RelaySettings;
  readonly all: readonly Upstream[];
  readonly #random: () => number;

  constructor(name: string, settings: RelaySettings, random: () => number = Math.random) {
    this.name = name;
    this.settings = settings;
    this.all = settings.upstreams.map((upstream) => new Upstream(upstream));
    this.#random = random;
  }

  /** Whether a session would find one that is in use, or may be tried. */
  isReady(now: number): boolean {
    return this.all.some((upstream) => upstream.standing(now) !== 'out');
  }

  /** How each is doing. */
  states(now: number): readonly UpstreamState[] {
    return this.all.map((upstream) => ({
      model: this.name,
      upstream: upstream.settings.name,
      isUp: upstream.standing(now) !== 'out',
      sessions: upstream.sessions,
    }));
  }

  /** Tries one after the other until one has settled. Never rejects. */
  connect(opening: Opening, around: ConnectAround): Promise<Connected | NoUpstream> {
    const { clock } = around;
    const { patience } = this.settings;
    return this.first((upstream, signal) => dialUpstream(upstream, opening, { clock, patience, signal }), around);
  }

  /**
   * Asks one after the other, in the order of choice and by what is known of their health, until one has given what it was
   * asked for. `suits`: those that may be asked; default all. Never rejects.
   */
  async first<Got extends object>(
    ask: Ask<Got>,
    around: ConnectAround,
    suits: (upstream: UpstreamSettings) => boolean = () => true,
  ): Promise<From<Got> | NoUpstream> {
    const { clock, count, signal } = around;
    const suited = this.all.filter(({ settings }) => suits(settings));
    const { tries, totalMs } = this.settings.connect;
    const until = clock.now() + totalMs;
    let tried = 0;
    for (const upstream of this.#candidates(suited, clock.now())) {
      if (tried >= tries || signal.aborted || clock.now() >= until) break;
      if (!this.#mayTry(upstream, clock.now())) continue;
      tried += 1;
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the next only if this one fails
      const answer = await this.#try(upstream, ask, until - clock.now(), around);
      if (!isFailure(answer)) {
        if (tried > 1) count.failedOver();
        return { ...answer, upstream };
      }
      if (answer.is === 'final' || answer.is === 'http') return answer;
    }
    const isRefused = suited.every(({ hasRefusedKey }) => hasRefusedKey);
    return { is: isRefused ? 'refused_key' : 'unavailable' };
  }

  /** A session's connection to it broke. */
  lost(upstream: Upstream, now: number): void {
    upstream.note('failed', now, this.settings.health);
  }

  /** Those in use and those that may be tried; where all are out, one session at a time tries them all the same. */
  #candidates(suited: readonly Upstream[], now: number): readonly Upstream[] {
    const ordered = inOrderOfChoice(suited, this.settings.strategy, this.#random);
    const usable = ordered.filter((upstream) => upstream.standing(now) !== 'out');
    return usable.length > 0 ? usable : ordered;
  }

  #mayTry(upstream: Upstream, now: number): boolean {
    return upstream.standing(now) === 'in' || !upstream.isOnTrial;
  }

  async #try<Got extends object>(
    upstream: Upstream,
    ask: Ask<Got>,
    leftMs: number,
    { clock, log, count, signal }: ConnectAround,
  ): Promise<Got | Failure> {
    const startedAt = clock.now();
    const isTrial = upstream.standing(startedAt) !== 'in';
    if (isTrial) upstream.isOnTrial = true;
    const timeout = new AbortController();
    const callOff = clock.after(Math.min(this.settings.connect.timeoutMs, leftMs), () => timeout.abort());
    const { health } = this.settings;
    const answer = await ask(upstream.settings, AbortSignal.any([signal, timeout.signal]));
    callOff();
    if (isTrial) upstream.isOnTrial = false;
    const now = clock.now();
    const { name } = upstream.settings;
    if (!isFailure(answer)) {
      upstream.note('ok', now, health);
      count.tried(this.name, name, 'ok', now - startedAt);
      return answer;
    }
    // Whoever asked is gone: that says nothing of the upstream.
    if (signal.aborted) return answer;
    if (answer.is === 'passing') upstream.note('failed', now, health);
    if (answer.is === 'refused_key') upstream.note('refused_key', now, health);
    if (answer.is === 'final' || answer.is === 'http') upstream.note('ok', now, health);
    count.tried(this.name, name, answer.is === 'passing' ? 'failed' : 'refused', now - startedAt);
    const mistake =
      answer.is === 'refused_key' ? 'the upstream refuses our key' : 'the upstream does not take the session';
    log.warn(mistake, { upstream: name, why: answer.why });
    return failureWithoutKeys(answer, upstream.settings);
  }
}

function isFailure(answer: object): answer is Failure {
  return 'is' in answer;
}
