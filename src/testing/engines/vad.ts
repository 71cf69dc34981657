import assert from 'node:assert/strict';
import type { Vad, VadSession } from '../../engines/contract.ts';
import type { ContractTest } from './contract-test.ts';
import { noise, someSound } from './sounds.ts';

/** The rates that sessions open vads for: PCM and G.711. */
const rates = [24_000, 8000] as const;
const longestWindowMs = 100;
const mostMemoryMs = 2000;

/** What any vad must keep. How well it detects speech is for other tests. */
export function vadContract(vad: Vad): readonly ContractTest[] {
  return rates.flatMap((sampleRate) => testsAt(vad, sampleRate));
}

function testsAt(vad: Vad, sampleRate: number): readonly ContractTest[] {
  const at = `at ${sampleRate} Hz`;
  const test = (name: string, check: () => void): ContractTest => ({
    name: `${name} ${at}`,
    async run() {
      check();
    },
  });
  return [
    test('takes windows of a whole number of samples, 100 ms at most,', () =>
      takesWindows(vad(sampleRate), sampleRate)),
    test('answers with a probability, whatever it hears,', () => answersInRange(vad(sampleRate), sampleRate)),
    test('does not take silence for speech', () => hearsSilence(vad(sampleRate), sampleRate)),
    test('hears the same after a reset as at first', () => forgets(vad(sampleRate), sampleRate)),
    test('hears each session for itself', () => isAlone(vad, sampleRate)),
    test('keeps no hold of a window, and leaves it as it was,', () => copiesWindows(vad, sampleRate)),
  ];
}

function takesWindows({ windowSamples }: VadSession, sampleRate: number): void {
  assert.ok(Number.isInteger(windowSamples) && windowSamples > 0, `a window has whole samples, not ${windowSamples}`);
  assert.ok(
    (windowSamples * 1000) / sampleRate <= longestWindowMs,
    `a window has at most 100 ms, not ${windowSamples}`,
  );
}

function answersInRange(session: VadSession, sampleRate: number): void {
  for (const probability of judge(session, everything(sampleRate))) {
    assert.ok(probability >= 0 && probability <= 1, `a probability is from 0 to 1, not ${probability}`);
  }
}

function hearsSilence(session: VadSession, sampleRate: number): void {
  const last = judge(session, new Int16Array(sampleRate)).at(-1) ?? 1;
  assert.ok(last < 0.5, `a second of silence is no speech, but ${last}`);
}

function forgets(session: VadSession, sampleRate: number): void {
  const sound = everything(sampleRate);
  const first = judge(session, sound);
  session.reset();
  assert.deepEqual(judge(session, sound), first);
  session.reset();
  judge(session, noise((sampleRate * mostMemoryMs) / 1000, 20_000));
  session.reset();
  assert.deepEqual(judge(session, sound), first);
}

function isAlone(vad: Vad, sampleRate: number): void {
  const sound = everything(sampleRate);
  const alone = judge(vad(sampleRate), sound);
  const [one, other] = [vad(sampleRate), vad(sampleRate)];
  const loud = noise(other.windowSamples, 30_000);
  const together = windowsOf(sound, one.windowSamples).map((window) => {
    other.probability(loud);
    return one.probability(window);
  });
  assert.deepEqual(together, alone);
}

function copiesWindows(vad: Vad, sampleRate: number): void {
  const sound = everything(sampleRate);
  const fresh = judge(vad(sampleRate), sound);
  const session = vad(sampleRate);
  const window = new Int16Array(session.windowSamples);
  const reused = windowsOf(sound, session.windowSamples).map((each) => {
    window.set(each);
    const probability = session.probability(window);
    assert.deepEqual(window, each);
    window.fill(12_345);
    return probability;
  });
  assert.deepEqual(reused, fresh);
}

function judge(session: VadSession, sound: Int16Array): readonly number[] {
  return windowsOf(sound, session.windowSamples).map((window) => session.probability(window));
}

function windowsOf(sound: Int16Array, length: number): readonly Int16Array[] {
  return Array.from({ length: Math.floor(sound.length / length) }, (_, index) =>
    sound.slice(index * length, (index + 1) * length),
  );
}

/** Silence, tones, noise, the loudest there is, the offset of a bad microphone. */
function everything(sampleRate: number): Int16Array {
  const parts = [
    new Int16Array(sampleRate / 4),
    someSound(sampleRate).samples,
    noise(sampleRate / 4, 300),
    noise(sampleRate / 4, 32_767),
    new Int16Array(sampleRate / 4).fill(32_767),
    new Int16Array(sampleRate / 4).fill(-32_768),
  ];
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
