import { findPrices } from '../usage/price-list.ts';
import { publishedPrices } from '../usage/published-prices.ts';
import { checks as allChecks } from './catalogue.ts';
import type { Check, Profile } from './check.ts';

/** What checks have an endpoint do. */
export interface Work {
  readonly answers: number;
  /** Seconds of sound that it is sent, and may transcribe or translate. */
  readonly soundS: number;
  /** Tokens of all answers: what they read, and what they say. */
  readonly textIn: number;
  readonly audioIn: number;
  readonly textOut: number;
  readonly audioOut: number;
}

function work(answers: number, soundS: number, ...tokens: readonly [number, number, number, number]): Work {
  const [textIn, audioIn, textOut, audioOut] = tokens;
  return { answers, soundS, textIn, audioIn, textOut, audioOut };
}

/**
 * About what all checks of a profile come to, rounded up, for a model that says what it is asked to: a test counts it.
 * Profiles that are left out ask for no answer.
 */
export const workOf: Partial<Readonly<Record<Profile, Work>>> = {
  core: work(21, 0, 4000, 0, 2500, 0),
  tools: work(11, 0, 1200, 0, 200, 0),
  voice: work(18, 42, 1200, 50, 200, 800),
  limits: work(5, 20, 4000, 0, 5000, 0),
  transcription: work(0, 15, 0, 0, 0, 0),
  translation: work(0, 18, 0, 0, 0, 0),
  beta: work(3, 1, 200, 0, 50, 50),
  webrtc: work(6, 10, 400, 100, 100, 600),
  calls: work(2, 0, 300, 0, 100, 600),
};

/** What checks are about to cost, in a sentence; null where they ask for nothing that anybody bills for. */
export function costLine(checks: readonly Check[], model: string): string | null {
  const answers = Math.ceil(sum(checks, 'answers'));
  const seconds = Math.ceil(sum(checks, 'soundS'));
  if (answers + seconds === 0) return null;
  const prices = findPrices(publishedPrices, [model]);
  const { input, output } = prices ?? {};
  const dollars =
    (sum(checks, 'textIn') * (input?.text ?? 0) +
      sum(checks, 'audioIn') * (input?.audio ?? 0) +
      sum(checks, 'textOut') * (output?.text ?? 0) +
      sum(checks, 'audioOut') * (output?.audio ?? 0)) /
    1e6;
  const price = dollars === 0 ? '' : `, some $${dollars.toFixed(2)} at the published prices of ${model}`;
  return `about ${answers} ${answers === 1 ? 'answer' : 'answers'}, and ${seconds} s of sound to hear${price}.`;
}

/** Of a profile as much as there is of its checks. */
function sum(checks: readonly Check[], what: keyof Work): number {
  return checks.reduce((total, { profile }) => total + (workOf[profile]?.[what] ?? 0) / sizeOf(profile), 0);
}

function sizeOf(profile: Profile): number {
  return allChecks.filter((check) => check.profile === profile).length;
}
