import type { Frame, Mutation, When } from '../mutation.ts';
import { of } from '../mutation.ts';

/** One thing broken in a server that holds everything else. */
export interface Mutant {
  readonly name: string;
  /** Made anew for each run. */
  readonly make: () => Mutation;
  /** All the rules that do not hold of it, and no other. */
  readonly fails: readonly string[];
  /** Shows only where costly checks run. */
  readonly isCostly?: boolean;
}

export function mutant(name: string, make: () => Mutation, fails: readonly string[]): Mutant {
  return { name, make, fails };
}

/** Whether what stands at a path of the event equals a value. */
export const has =
  (path: string, value: unknown): When =>
  (event) =>
    of(event, path) === value;

/** The same of the client's last event. */
export const asked =
  (path: string, value: unknown): When =>
  (_event, { last }) =>
    of(last, path) === value;

export const both =
  (...all: readonly When[]): When =>
  (event, talk) =>
    all.every((each) => each(event, talk));

export const not =
  (one: When): When =>
  (event, talk) =>
    !one(event, talk);

export const isBeta: When = (_event, { ask }) => ask.headers['openai-beta'] !== undefined;
export const isTranscription: When = (_event, { ask }) => ask.query['intent'] === 'transcription';
export const isTranslation: When = (_event, { ask }) => ask.path === '/translations';
export const isSideband: When = (_event, { ask }) => ask.query['call_id'] !== undefined;
export const isPlain: When = (event, talk) =>
  ![isBeta, isTranscription, isTranslation, isSideband].some((is) => is(event, talk));

/** Whether the client has ever sent something like this. */
export const everSent =
  (fits: (event: Frame) => boolean): When =>
  (_event, { sent }) =>
    sent.some(fits);

export const saidLast =
  (text: string): When =>
  (_event, talk) =>
    talk.lastText.includes(text);
