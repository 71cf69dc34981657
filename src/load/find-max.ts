/** How a server has fared with so many sessions. `invalid`: nobody can tell, since the generator was the bottleneck. */
export type Holding = 'holds' | 'fails' | 'invalid';

/** How many sessions a server holds. */
export interface Found {
  /** The most that have held each time; 0 where not even one has. */
  readonly sessions: number;
  /** Why no more were tried: they fail, the generator can't tell, or there was a bound. */
  readonly beyond: 'fails' | 'invalid' | 'bound';
}

/** How often the last word has to hold. */
const times = 3;

/** Doubles the sessions until they fail, looks for the bound in between, and has it confirmed. `most`: no more are tried. */
export async function findMax(
  holds: (sessions: number) => Promise<Holding>,
  { from, most }: { readonly from: number; readonly most: number },
): Promise<Found> {
  let good = 0;
  let bad = most + 1;
  let beyond: Found['beyond'] = 'bound';
  const confirmed = new Map<number, number>();
  for (let next = Math.min(from, most); bad - good > 1 || confirms(good); next = nextOf(good, bad, most)) {
    // oxlint-disable-next-line no-await-in-loop -- each hangs on the one before
    const held = await holds(next);
    if (held === 'holds') {
      good = Math.max(good, next);
      confirmed.set(next, (confirmed.get(next) ?? 0) + 1);
      continue;
    }
    bad = next;
    beyond = held;
    if (good >= bad) good = Math.max(0, ...[...confirmed.keys()].filter((sessions) => sessions < bad));
  }
  return { sessions: good, beyond };

  function confirms(sessions: number): boolean {
    return sessions > 0 && (confirmed.get(sessions) ?? 0) < times;
  }
}

function nextOf(good: number, bad: number, most: number): number {
  if (bad - good <= 1) return good;
  return bad > most ? Math.min(most, Math.max(1, good * 2)) : Math.floor((good + bad) / 2);
}
