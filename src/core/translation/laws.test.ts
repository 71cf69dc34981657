import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ServerEvent,
  type TranslationScript,
  translationScript,
  typesOf,
} from '../../../test/translation/script.ts';
import { ticksToMs } from '../audio-clock.ts';

/** Something that happens to a session, and the answers that come straight from it. */
type Move = (script: TranslationScript) => ServerEvent[];

const error = { type: 'invalid_request_error', code: 'invalid_json', message: 'no', param: null, event_id: null };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom(0, 0.4, 1), fc.integer({ min: 1, max: 40 })).map(hear) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }).map(speak) },
  { weight: 4, arbitrary: fc.constant<Move>((script) => script.translator(current(script), { type: 'end' })) },
  fc.integer({ min: 0, max: 5000 }).map(
    (bytes): Move =>
      (script) =>
        script.append(bytes),
  ),
  fc.constantFrom<Move>(
    (script) => script.translator(current(script), { type: 'failed' }),
    (script) => script.client({ type: 'session.update', session: { audio: { output: { language: 'fr' } } } }),
    (script) =>
      script.client({ type: 'session.update', session: { audio: { input: { transcription: { model: 'w' } } } } }),
    (script) => script.feed({ from: 'refusal', error }),
  ),
);

const ending: fc.Arbitrary<Move> = fc.constantFrom<Move>(
  (script) => script.client({ type: 'session.close' }),
  (script) => script.feed({ from: 'server', say: 'drain' }),
  (script) => script.feed({ from: 'server', say: 'slow_reader' }),
  (script) => script.feed({ from: 'timer', timer: 'expiry' }),
  (script) => script.feed({ from: 'timer', timer: 'drain' }),
  (script) => script.feed({ from: 'wire', say: 'closed' }),
);

/** Moves with ends among them; what follows an end must change nothing. */
const moves = fc
  .tuple(
    fc.array(move, { maxLength: 40 }),
    ending,
    fc.array(fc.oneof({ weight: 4, arbitrary: move }, ending), { maxLength: 20 }),
  )
  .map(([before, end, after]) => [...before, end, ...after]);

function hear([probability, windows]: [number, number]): Move {
  return (script) => script.hear(probability, windows * 20);
}

/** Words and sound of the utterance that is being translated, or of one next to it, which nobody may hear. */
function speak(offset: number): Move {
  return (script) =>
    script.translator(
      current(script) + offset,
      { type: 'input_text', text: 'a' },
      { type: 'output_text', text: 'b' },
      { type: 'audio', audio: new Uint8Array(50_000) },
    );
}

function current(script: TranslationScript): number {
  return script.state.utterances[0]?.id ?? 0;
}

function play(run: readonly Move[], seed = 1): TranslationScript {
  const script = translationScript({ seed, rules: { maxBufferedMs: 10_000 } });
  for (const each of run) each(script);
  return script;
}

function elapsedOf(events: readonly ServerEvent[]): number[] {
  return events.flatMap((event) => ('elapsed_ms' in event && event.elapsed_ms ? [event.elapsed_ms] : []));
}

const law = (name: string, holds: (run: readonly Move[]) => void): void =>
  it(name, () => fc.assert(fc.property(moves, holds), { numRuns: 500 }));

describe('whatever happens to a translation session', () => {
  law('it greets once and first, and every event has an id of its own', (run) => {
    const { events } = play(run);
    expect(typesOf(events).indexOf('session.created')).toBe(0);
    expect(typesOf(events).lastIndexOf('session.created')).toBe(0);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  law('it answers each client event at most once, and nothing once it has closed the wire', (run) => {
    const script = translationScript({ rules: { maxBufferedMs: 10_000 } });
    for (const each of run) {
      const isOver = script.state.phase === 'closed';
      const effects = script.effects.length;
      const sent = each(script);
      if (isOver) expect([sent.length, script.effects.length - effects]).toEqual([0, 0]);
      expect(sent.filter(({ type }) => type === 'session.updated').length).toBeLessThanOrEqual(1);
    }
    expect(script.effects.filter((effect) => effect.do === 'close').length).toBeLessThanOrEqual(1);
    expect(typesOf(script.events).filter((type) => type === 'session.closed').length).toBeLessThanOrEqual(1);
  });

  law('places in the input go up in steps of 200 ms and never past what was appended', (run) => {
    const { events, state } = play(run);
    const elapsed = elapsedOf(events);
    expect(elapsed).toEqual(elapsed.toSorted((a, b) => a - b));
    expect(elapsed.every((ms) => ms % 200 === 0 && ms <= ticksToMs(state.input.endTick))).toBe(true);
  });

  law('utterances do not overlap, and are translated in order, one at a time', (run) => {
    const script = play(run);
    let end = 0;
    let translating = -1;
    for (const effect of script.effects) {
      if (effect.do === 'keep-input') {
        expect(effect.fromTick).toBeGreaterThanOrEqual(end);
        expect(effect.toTick).toBeGreaterThan(effect.fromTick);
        end = effect.toTick;
      }
      if (effect.do === 'translate') expect(effect.request.utteranceId).toBe(++translating);
    }
    expect(end).toBeLessThanOrEqual(script.state.input.endTick);
    expect(script.state.utterances.map(({ id }) => id)).toEqual(
      script.state.utterances.map((_, index) => translating + index),
    );
  });

  law('a session that is over has no timer and no translator left', (run) => {
    const script = play([...run, (each) => each.feed({ from: 'wire', say: 'closed' })]);
    const armed = new Set<string>();
    for (const effect of script.effects) {
      if (effect.do === 'arm') armed.add(effect.timer);
      if (effect.do === 'disarm') armed.delete(effect.timer);
    }
    expect([...armed]).toEqual([]);
    expect(script.state.utterances).toEqual([]);
  });

  law('what waits never grows past its limit', (run) => {
    const { state } = play(run);
    const waiting = state.utterances.reduce((sum, each) => sum + each.endTick - each.startTick, 0);
    expect(ticksToMs(waiting)).toBeLessThanOrEqual(10_000);
  });

  law('it happens the same again', (run) => {
    const [one, other] = [play(run), play(run)];
    expect(other.events).toEqual(one.events);
    expect(other.effects).toEqual(one.effects);
    expect(other.state).toEqual(one.state);
  });
});
