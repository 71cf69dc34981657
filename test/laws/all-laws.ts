import { laws } from '../../src/laws/session-laws.ts';
import type { Trace } from '../../src/laws/trace.ts';
import { checkServerEvent } from '../../src/protocol/parse.ts';
import { coreLaws } from './core-laws.ts';
import type { CoreRun } from './core-run.ts';
import type { RunLaw } from './sweep.ts';
import { wireLaws } from './wire-laws.ts';
import type { WireRun } from './wire-run.ts';

/** Every event of the session passes the check that a client of ours would put it to. */
const eventsAreValid: RunLaw<CoreRun> = {
  number: '30, shape',
  says: 'every event has the shape that the API gives it',
  broken({ trace }) {
    for (const { event } of trace.events) {
      const checked = checkServerEvent(event);
      if (!checked.ok) return `${JSON.stringify(event)}: ${checked.error.message}`;
    }
    return null;
  },
};

function lawsOfEvents<Run extends { readonly trace: Trace }>(): RunLaw<Run>[] {
  return laws.map(({ number, says, broken }) => ({ number, says, broken: ({ trace }) => broken(trace) }));
}

/** Held by the core alone. */
export const allOfCore: readonly RunLaw<CoreRun>[] = [...lawsOfEvents<CoreRun>(), ...coreLaws, eventsAreValid];

/** Held by a whole session on a wire. */
export const allOfWire: readonly RunLaw<WireRun>[] = [...lawsOfEvents<WireRun>(), ...wireLaws];
