import type { Period } from '../../state/windows.ts';

/** What the sessions of a key may do, including those of client secrets that were made with it. What is left out has no limit. */
export interface KeyPolicy {
  /** What the key is called in metrics and for operators; never the key itself. */
  readonly name?: string;
  /** The models that may be asked for, by name; any other is refused with `invalid_model`. */
  readonly models?: readonly string[];
  /** Sessions open at the same time; one more is refused with `session_limit_reached`, 1013. */
  readonly sessions?: number;
  /** Each counts over the last sixty seconds. Once one is used up, no response starts: `rate_limit_exceeded`. */
  readonly limits?: {
    /** Responses that start, client secrets that are made, and calls that are asked for. */
    readonly requestsPerMinute?: number;
    /** Tokens that responses read and say. */
    readonly tokensPerMinute?: number;
    /** Sound that clients send, in seconds. Once they are used up, sound is refused, too. */
    readonly audioSecondsPerMinute?: number;
  };
  /** Money for a period, in UTC. Once it is used up, sessions end with `insufficient_quota`, 1008, and none begins. */
  readonly budget?: { readonly usd: number; readonly per: Period };
  /** What one session may use before it ends in the same way; after `minutes` it ends as after `session_minutes`. */
  readonly session?: { readonly minutes?: number; readonly tokens?: number; readonly usd?: number };
  /** What happens to running responses when the money is used up. Default `finish`: they go on to their end. */
  readonly onExhausted?: Exhaustion;
}

/** Whether responses that run go on to their end or are cancelled. */
export type Exhaustion = 'finish' | 'cancel';

/** A key, and what it may do. */
export interface KeyOptions extends KeyPolicy {
  /** What clients present. */
  readonly key: string;
}

/** Why these keys can't stand beside each other; null where they can. A key without limits may be listed twice. */
export function keyMistake(keys: readonly KeyOptions[]): string | null {
  for (const [index, one] of keys.entries()) {
    const others = keys.slice(index + 1);
    const isLimited = ({ key: _key, ...policy }: KeyOptions): boolean => Object.keys(policy).length > 0;
    if (others.some((other) => other.key === one.key && (isLimited(one) || isLimited(other)))) {
      return `The API key ${one.name === undefined ? `number ${index + 1}` : `named ${one.name}`} is listed twice. List it once, with its limits.`;
    }
    if (one.name !== undefined && others.some(({ name }) => name === one.name)) {
      return `Two API keys are named ${one.name}. Give each a name of its own.`;
    }
  }
  return null;
}
