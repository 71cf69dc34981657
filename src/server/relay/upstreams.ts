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
export interface Connected extends Dialled {
  readonly upstream: Upstream;
}

/** Why a session has no upstream: the last that refused it for good, or else that none would have it, or knows our key. */
export type NoUpstream = Extract<Failure, { is: 'final' | 'http' }> | { readonly is: 'unavailable' | 'refused_key' };

export interface ConnectAround {
  readonly clock: Clock;
  readonly log: SessionLog;
  readonly count: UpstreamTally;
  /** Aborting gives up: nobody waits for it any more. */
  readonly signal: AbortSignal;
}

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
  async connect(opening: Opening, around: ConnectAround): Promise<Connected | NoUpstream> {
    const { clock, count, signal } = around;
    const { tries, totalMs } = this.settings.connect;
    const until = clock.now() + totalMs;
    let tried = 0;
    for (const upstream of this.#candidates(clock.now())) {
      if (tried >= tries || signal.aborted || clock.now() >= until) break;
      if (!this.#mayTry(upstream, clock.now())) continue;
      tried += 1;
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the next only if this one fails
      const answer = await this.#try(upstream, opening, until - clock.now(), around);
      if ('wire' in answer) {
        if (tried > 1) count.failedOver();
        return { ...answer, upstream };
      }
      if (answer.is === 'final' || answer.is === 'http') return answer;
    }
    const isRefused = this.all.every(({ hasRefusedKey }) => hasRefusedKey);
    return { is: isRefused ? 'refused_key' : 'unavailable' };
  }

  /** A session's connection to it broke. */
  lost(upstream: Upstream, now: number): void {
    upstream.note('failed', now, this.settings.health);
  }

  /** Those in use and those that may be tried; where all are out, one session at a time tries them all the same. */
  #candidates(now: number): readonly Upstream[] {
    const ordered = inOrderOfChoice(this.all, this.settings.strategy, this.#random);
    const usable = ordered.filter((upstream) => upstream.standing(now) !== 'out');
    return usable.length > 0 ? usable : ordered;
  }

  #mayTry(upstream: Upstream, now: number): boolean {
    return upstream.standing(now) === 'in' || !upstream.isOnTrial;
  }

  async #try(
    upstream: Upstream,
    opening: Opening,
    leftMs: number,
    { clock, log, count, signal }: ConnectAround,
  ): Promise<Dialled | Failure> {
    const startedAt = clock.now();
    const isTrial = upstream.standing(startedAt) !== 'in';
    if (isTrial) upstream.isOnTrial = true;
    const timeout = new AbortController();
    const callOff = clock.after(Math.min(this.settings.connect.timeoutMs, leftMs), () => timeout.abort());
    const { patience, health } = this.settings;
    const either = AbortSignal.any([signal, timeout.signal]);
    const answer = await dialUpstream(upstream.settings, opening, { clock, patience, signal: either });
    callOff();
    if (isTrial) upstream.isOnTrial = false;
    const now = clock.now();
    const { name } = upstream.settings;
    if ('wire' in answer) {
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
