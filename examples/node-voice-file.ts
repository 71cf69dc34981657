/** A spoken question in a WAV file, the answer in another: node examples/run.js node-voice-file.ts question.wav answer.wav */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { bytesToSamples, writeWav } from 'antiphon/audio';
import { connect, pcmSource } from 'antiphon/client';
import { endpoint } from './endpoint.ts';

const [questionFile, answerFile] = process.argv.slice(2);
assert.ok(questionFile && answerFile, 'usage: node-voice-file.ts question.wav answer.wav');

// A file tells by itself where the question ends, so nobody has to listen for it.
const audio = { input: { turn_detection: null } };
const session = await connect({ ...endpoint, session: { type: 'realtime', output_modalities: ['audio'], audio } });

// Any rate and any encoding goes in: the frames are 16-bit samples at 24 kHz.
for await (const samples of pcmSource(createReadStream(questionFile))) session.appendAudio(samples);
const { item_id } = await session.commitInput();
console.log(`heard the question as ${item_id}`);

const response = session.respond();
const sound: Uint8Array[] = [];
const [{ status }] = await Promise.all([response.done, collect(response.audio), show(response.transcript)]);
session.close();

assert.equal(status, 'completed');
const samples = bytesToSamples(Buffer.concat(sound));
assert.ok(samples.length > 0, 'the answer has sound');
await writeFile(answerFile, writeWav(samples, { sampleRate: 24_000 }));
console.log(`\n${(samples.length / 24_000).toFixed(1)} s of sound in ${answerFile}`);

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) sound.push(piece);
}

async function show(words: AsyncIterable<string>): Promise<void> {
  for await (const piece of words) process.stdout.write(piece);
}
