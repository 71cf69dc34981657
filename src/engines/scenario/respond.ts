import { audioFormats } from '../../audio/node/index.ts';
import type { Paced, Pieces, Sound, Spoken, Turn } from '../contract.ts';
import { speakInTurn } from '../speak-in-turn.ts';
import { stretchesOf } from '../stretches.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { tonesOf } from '../tone-speech.ts';
import { unitsOf } from '../units.ts';
import { goOn } from './approved.ts';
import { type Pacing, pacingOf } from './pacing.ts';
import type { Scenario, ScenarioStep } from './schema.ts';
import { shareOut, spokenWhole } from './sound-shares.ts';
import { endsResponse, playStep, type Sounds, saying } from './step.ts';
import { type Cue, chooseReply, cueOf, fillIn, outputOf } from './when.ts';

/** Plays the reply that answers the turn. A plain iterable, except where a voice has to be waited for. */
export function respond(
  scenario: Scenario,
  voice: Synthesizer | null,
  turn: Turn,
  signal: AbortSignal,
): Pieces<Spoken> {
  const cue = cueOf(turn.items);
  const reply = goOn(scenario.replies ?? [], turn.items) ?? chooseReply(scenario.replies ?? [], cue);
  const steps = filledIn(reply?.steps ?? [], cue, turn);
  const pacing = pacingOf(scenario, reply);
  if (turn.modality === 'text') return play(steps, pacing, () => [], signal);
  const { sampleRate } = audioFormats[turn.format];
  if (voice === null) return play(steps, pacing, (unit) => tonesOf(unit, sampleRate), signal);
  return playWithVoice(steps, pacing, { voice, turn, signal });
}

/** Each step when its turn comes, so that `{output}` is that of a call made by a step before it. */
function* filledIn(steps: readonly ScenarioStep[], cue: Cue, turn: Turn): Generator<ScenarioStep, void> {
  for (const step of steps) {
    const call = turn.mcpCalls().at(-1);
    const now = call === undefined ? cue : { ...cue, output: outputOf(call) };
    yield step.say === undefined ? step : { say: fillIn(step.say, now) };
  }
}

function* play(
  steps: Iterable<ScenarioStep>,
  pacing: Pacing,
  sounds: Sounds,
  signal: AbortSignal,
): Generator<Paced<Spoken>, void> {
  for (const step of steps) {
    for (const piece of playStep(step, pacing, sounds)) {
      if (signal.aborted) return;
      yield piece;
    }
    if (endsResponse(step)) return;
  }
  yield { type: 'end' };
}

interface Speech {
  readonly voice: Synthesizer;
  readonly turn: Turn;
  readonly signal: AbortSignal;
}

async function* playWithVoice(
  steps: Iterable<ScenarioStep>,
  pacing: Pacing,
  speech: Speech,
): AsyncGenerator<Paced<Spoken>, void> {
  for (const step of steps) {
    yield* stepWithVoice(step, pacing, speech);
    if (endsResponse(step) || speech.signal.aborted) return;
  }
  yield { type: 'end' };
}

async function* stepWithVoice(step: ScenarioStep, pacing: Pacing, speech: Speech): AsyncGenerator<Paced<Spoken>, void> {
  if (step.say === undefined)
    return yield* untilAborted(
      playStep(step, pacing, () => []),
      speech.signal,
    );
  yield* untilAborted(sayWithVoice(step.say, pacing, speech), speech.signal);
}

/** A message is spoken in one go where it is not too long, for its melody, and its sound then shared out among the units. */
async function* sayWithVoice(text: string, pacing: Pacing, speech: Speech): AsyncGenerator<Paced<Spoken>, void> {
  let isBegun = false;
  for (const stretch of stretchesOf(text)) {
    // oxlint-disable-next-line no-await-in-loop -- one stretch is said after the other
    const sounds = await soundsOf(stretch, pacing, speech);
    if (pacing.unit !== 'all' && stretch !== '') yield* saying(unitsOf(stretch, pacing.unit), pacing, sounds);
    else if (!isBegun) yield* saying([text], pacing, sounds);
    else for (const sound of sounds('')) yield { type: 'sound', ...sound };
    isBegun = true;
  }
  yield { type: 'message_end' };
}

async function soundsOf(text: string, pacing: Pacing, { voice, turn, signal }: Speech): Promise<Sounds> {
  const { speed, voices } = turn;
  const whole = await spokenWhole(speakInTurn(voice, text, { signal, voice: turn.voice, speed }, { voices }));
  const shares: Sound[] = whole === null ? [] : shareOut(whole, [...unitsOf(text, pacing.unit)]);
  let next = 0;
  return () => shares.slice(next, ++next);
}

async function* untilAborted<T>(pieces: Iterable<T> | AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  for await (const piece of pieces) {
    if (signal.aborted) return;
    yield piece;
  }
}
