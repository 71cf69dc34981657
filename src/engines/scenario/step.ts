import type { Paced, Sound, Spoken } from '../contract.ts';
import { unitsOf } from '../units.ts';
import { type Pacing, waitFor } from './pacing.ts';
import type { ScenarioStep } from './schema.ts';

/** Gives each unit of a message its sound, in one piece unless that were longer than a minute; none in a text response. */
export type Sounds = (unit: string) => Iterable<Sound>;

/** The pieces of one step. `say` must have its placeholders filled in already. */
export function* playStep(step: ScenarioStep, pacing: Pacing, sounds: Sounds): Generator<Paced<Spoken>, void> {
  if (step.say !== undefined) yield* say(step.say, pacing, sounds);
  if (step.call !== undefined) yield* call(step.call.name, step.call.arguments ?? {}, pacing);
  if (step.wait_ms !== undefined) yield* waitFor(step.wait_ms);
  if (step.fail !== undefined) yield { type: 'failed', code: step.fail.code, message: step.fail.message };
  if (step.incomplete !== undefined) yield { type: 'incomplete', reason: step.incomplete };
}

/** Nothing follows these in a response. */
export function endsResponse(step: ScenarioStep): boolean {
  return step.fail !== undefined || step.incomplete !== undefined;
}

/** Each unit's text, then its sound. A message without a word is a message all the same. */
function* say(text: string, pacing: Pacing, sounds: Sounds): Generator<Paced<Spoken>, void> {
  yield* saying(text === '' ? [''] : unitsOf(text, pacing.unit), pacing, sounds);
  yield { type: 'message_end' };
}

/** Units of a message that goes on. */
export function* saying(units: Iterable<string>, pacing: Pacing, sounds: Sounds): Generator<Paced<Spoken>, void> {
  for (const unit of units) {
    yield* pacing.beforeDelta();
    yield { type: 'text', text: unit };
    for (const sound of sounds(unit)) if (sound.samples.length > 0) yield { type: 'sound', ...sound };
  }
}

/** The call begins with its first delta, so that the waits come before it, as they do for a message. */
function* call(name: string, given: Readonly<Record<string, unknown>>, pacing: Pacing): Generator<Paced<Spoken>, void> {
  const [first = '{}', ...rest] = unitsOf(JSON.stringify(given), pacing.unit);
  yield* pacing.beforeDelta();
  yield { type: 'call_start', name };
  yield { type: 'call_arguments', delta: first };
  for (const delta of rest) {
    yield* pacing.beforeDelta();
    yield { type: 'call_arguments', delta };
  }
  yield { type: 'call_end' };
}
