import type { Check } from './check.ts';
import { type Endpoint, Unreachable } from './endpoint.ts';
import { Finding, type FindingKind } from './finding.ts';
import { lawRules } from './laws.ts';
import type { Line } from './line.ts';
import { Probe } from './probe.ts';

/** What one try of a check came to. */
export interface Attempt {
  readonly kind: 'pass' | FindingKind;
  readonly why: string;
  readonly lines: readonly Line[];
  /** The first breach of each law that a connection of this try breaks. */
  readonly breaches: readonly Breach[];
  /** Whether the server told more than its greeting on the connections of this try; null where none was asked for. */
  readonly isTold: boolean | null;
  /** Whether it answered the last request of this try; null where there was none. */
  readonly isAnswered: boolean | null;
  readonly ms: number;
}

export interface Breach {
  readonly law: string;
  readonly what: string;
  readonly line: Line;
}

export interface AttemptOptions {
  readonly endpoint: Endpoint;
  readonly timeoutMs: number;
  readonly mayAsk: boolean;
}

/** A check is over after so many of its own longest waits, whatever it still wants. */
const mostWaits = 6;

/** Tries a check once, holds all that came to the laws, and closes its connections. Never throws. */
export async function attempt(check: Check, { endpoint, timeoutMs, mayAsk }: AttemptOptions): Promise<Attempt> {
  const { clock } = endpoint;
  const begun = clock.now();
  const probe = new Probe(endpoint, { timeoutMs, mayAsk });
  const outcome = await outcomeOf(check, probe, mostWaits * timeoutMs);
  const { lines } = probe;
  await Promise.all(lines.map((line) => settle(line)));
  const breaches = lines.flatMap(breachesOf);
  for (const line of lines) line.drop();
  const isTold = outcome.kind !== 'silent' || lines.some(({ seen }) => seen.length > 1);
  return {
    ...outcome,
    lines,
    breaches,
    isTold: probe.hasDialled ? isTold : null,
    isAnswered: probe.isAnswered,
    ms: Math.round(clock.now() - begun),
  };
}

type Outcome = Pick<Attempt, 'kind' | 'why'>;

function outcomeOf(check: Check, probe: Probe, mostMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const late = { kind: 'silent', why: `The check was not through after ${mostMs / 1000} s.` } as const;
    const cancel = probe.endpoint.clock.after(mostMs, () => resolve(late));
    check
      .run(probe)
      .then(
        () => resolve({ kind: 'pass', why: '' }),
        (cause: unknown) => resolve(described(cause)),
      )
      .finally(cancel);
  });
}

function described(cause: unknown): Outcome {
  if (cause instanceof Finding) return { kind: cause.kind, why: cause.message };
  if (cause instanceof Unreachable) return { kind: 'error', why: cause.message };
  return { kind: 'error', why: `The check itself failed: ${cause instanceof Error ? cause.message : String(cause)}` };
}

/** How long a last update may take, in milliseconds. */
const settleMs = 5000;

/** Every frame is answered before a last update is: after that nothing is missing but what never comes. */
async function settle(line: Line): Promise<void> {
  const { sessionType: type } = line;
  if (type === null || line.closedWith !== null || line.isLeft || line.isMute) return;
  line.send({ type: 'session.update', session: { type } });
  const answer = (): true | undefined =>
    line.all('session.updated').length + line.all('error').length > 0 || line.closedWith !== null ? true : undefined;
  await line.until('session.updated', answer, Math.min(settleMs, line.timeoutMs)).catch(() => null);
}

/** Whoever is turned away has no session that a law could hold for. */
function breachesOf(line: Line): readonly Breach[] {
  if (!line.isJudged || line.seen.every(({ type }) => type === 'error')) return [];
  return lawRules.flatMap((law) => {
    const what = law.broken(line);
    return what === null ? [] : [{ law: law.id, what, line }];
  });
}
