import * as z from 'zod';
import type { KeyOptions } from '../../server/metering/policy.ts';
import { defined } from './defined.ts';
import { key, oneOf, section, text, whole } from './field.ts';

const usd = () => {
  const error = 'must be an amount of US dollars above 0';
  return z.number({ error }).positive({ error }).max(1_000_000_000, { error });
};

const limits = section({
  requests_per_minute: key('Responses that start, and client secrets that are made.', whole(1, 1_000_000_000)),
  tokens_per_minute: key('Tokens that responses read and say.', whole(1, 1_000_000_000_000)),
  audio_seconds_per_minute: key('Sound that clients send, in seconds.', whole(1, 1_000_000_000)),
});

const budget = section({
  usd: usd().describe('Money that all sessions of the key may spend together.'),
  per: oneOf(['hour', 'day', 'week', 'month', 'total']).describe('The period that it is for, in UTC; total: for ever.'),
});

const session = section({
  minutes: key(
    'Age at which a session of the key ends, in minutes. limits.session_minutes holds as well.',
    whole(1, 1440),
  ),
  tokens: key('Tokens that one session may use before it ends with insufficient_quota.', whole(1, 1_000_000_000_000)),
  usd: key('Money that one session may spend before it ends with insufficient_quota.', usd()),
});

const keyWithLimits = section({
  key: text('an API key').describe('What clients present.'),
  name: key('What the key is called in metrics and for operators.', text('a name')),
  models: key(
    'The models that may be asked for. Default: all of them.',
    z.array(text('the name of a model'), { error: 'must be a list of names of models' }),
  ),
  sessions: key('Sessions open at the same time. Default: no limit of the key.', whole(1, 1_000_000)),
  limits: key('What the key may use within sixty seconds.', limits),
  budget: key('What the key may spend.', budget),
  session: key('What one session of the key may use.', session),
  on_exhausted: key(
    'What happens to running responses when the budget is used up. Default finish: they go on to their end.',
    oneOf(['finish', 'cancel']),
  ),
});

/** A key that clients must present: a text, or with what it may do. */
export const keyEntry = z.union([text('an API key'), keyWithLimits], {
  error: 'must be an API key, or hold one: write { key: …, limits: … }',
});

/** What the parts of a key are called in the published JSON Schema. */
export const keyNames: readonly (readonly [schema: z.ZodType, name: string])[] = [
  [keyWithLimits, 'KeyWithLimits'],
  [limits, 'KeyLimits'],
  [budget, 'Budget'],
  [session, 'SessionCaps'],
];

/** A key of the file as the server takes it. */
export function keyOf(entry: z.infer<typeof keyEntry>): string | KeyOptions {
  if (typeof entry === 'string') return entry;
  const { limits: given, on_exhausted: onExhausted, ...rest } = entry;
  const named = given && {
    requestsPerMinute: given.requests_per_minute,
    tokensPerMinute: given.tokens_per_minute,
    audioSecondsPerMinute: given.audio_seconds_per_minute,
  };
  return defined({ ...rest, limits: named, onExhausted });
}
