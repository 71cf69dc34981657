/**
 * A call that is answered, and a caller who interrupts. Beside a running examples/twilio/server.ts:
 * node examples/run.js twilio/check.ts
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { samplesToUlaw } from 'antiphon/audio';
import { pcmSource } from 'antiphon/client';
import { appUrl } from '../app.ts';
import { Phone } from './phone.ts';

const goodMorning = await speech('Good morning!');
const stop = await speech('Stop please!');

const phone = await Phone.call(appUrl, Number(process.env['SPEED'] ?? 1));
await phone.hearOut();
console.log(`greeted for ${phone.heardMs} ms`);

phone.say(goodMorning);
await phone.until('an answer', () => phone.cleared.length === 1 && phone.heardMs >= 1000);
phone.say(stop);
await phone.until('the bridge fell silent', () => phone.cleared.length === 2);
const { ms, marksMs } = phone.cleared[1] ?? { ms: 0, marksMs: [] };
console.log(`interrupted the answer at ${ms} ms; marks told of ${marksMs.at(-2)} and ${marksMs.at(-1)}`);

await phone.hearOut();
console.log(`answered for ${phone.heardMs} ms`);
phone.hangUp();
assert.deepEqual(phone.complaints, []);

/** What a caller says, in µ-law at 8 kHz. */
async function speech(text: string): Promise<Uint8Array> {
  const { stdout } = spawnSync('espeak-ng', ['--stdout', text]);
  const frames: Uint8Array[] = [];
  for await (const samples of pcmSource(once(stdout), { sampleRate: 8000 })) frames.push(samplesToUlaw(samples));
  return Buffer.concat(frames);
}

async function* once(file: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield file;
}
