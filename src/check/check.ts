import type { Probe } from './probe.ts';

/** What a server may be held to, a name for each part of the API. */
export const profiles = [
  'core',
  'tools',
  'voice',
  'limits',
  'transcription',
  'translation',
  'secrets',
  'sideband',
  'resume',
  'beta',
  'webrtc',
  'calls',
] as const;

export type Profile = (typeof profiles)[number];

/** `must`: a stock client breaks otherwise, or the official schema is violated. `should`: the service does it, and no client is known to break. */
export type Level = 'must' | 'should';

/**
 * What became of a check. `warn`: a `should` that is not met. `absent`: the server has no such feature and says so by a
 * clean error. `flaky`: it held in one try and not in another. `error`: it could not be carried out.
 */
export type Verdict = 'pass' | 'fail' | 'warn' | 'absent' | 'flaky' | 'error';

/** What is known of a rule besides how to check it. */
export interface Rule {
  /** `PROFILE.AREA/NAME`, or `law.AREA/NAME` of what every frame is held to. Never changes. */
  readonly id: string;
  readonly profile: Profile;
  readonly level: Level;
  /** What is required, in a sentence. */
  readonly says: string;
  /** The section of docs/behaviour.md that it comes from, without the sign. */
  readonly source: string;
  /** Who breaks, and how, where it is not met. */
  readonly breaks: string;
}

/** One thing that is tried on a server. */
export interface Check extends Rule {
  /** A refusal by a clean error means that the server lacks the feature, and not that it fails. */
  readonly isOptional: boolean;
  /** Whether it holds hangs on what a model decides to do, too: it is tried again where it fails. */
  readonly isModelsWill?: boolean;
  /** Needs `--yes`: it costs the server more than a conversation does. */
  readonly isCostly?: boolean;
  /** Throws a `Finding` where the server does not hold. */
  run(probe: Probe): Promise<void>;
}

/** What came of a rule. */
export interface Result extends Pick<Rule, 'id' | 'profile' | 'level'> {
  readonly verdict: Verdict;
  /** Why, in a sentence; empty for `pass`. */
  readonly why: string;
  /** The last frames before the end, those sent and those received; empty for `pass` and `absent`. */
  readonly frames: readonly string[];
  readonly ms: number;
}

type Part = Omit<Check, 'profile' | 'isOptional'> & { readonly isOptional?: boolean };

/** Checks of one profile. `isOptional`: of a feature that a server may lack. */
export function checksOf(profile: Profile, isOptional: boolean, parts: readonly Part[]): readonly Check[] {
  return parts.map((part) => ({ profile, isOptional, ...part }));
}
