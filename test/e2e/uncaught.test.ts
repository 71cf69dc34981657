import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connect } from './peer.ts';
import { start } from './running-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'uncaught-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** An engine with a mistake that no session can catch. What it says elsewhere goes on once the mistake was made. */
const engine = `
let made;
const mistake = new Promise((resolve) => (made = resolve));
export default () => ({
  open: () => ({
    transcribesFirst: false,
    vad: () => ({ windowSamples: 512, probability: () => 0, reset() {} }),
    async *respond({ items }) {
      yield { type: 'text', text: 'One moment' };
      if (items.some(({ words }) => words === 'go wrong')) {
        WAY
      }
      await mistake;
      yield { type: 'text', text: ', done.' };
    },
    transcribe: () => [],
    close() {},
  }),
});
`;

it.each([
  ['throws in a callback', "setImmediate(() => { made(); throw new Error('lost in a callback'); });"],
  ['rejects a promise that nobody minds', "void Promise.reject(new Error('lost in a promise')); setImmediate(made);"],
])(
  'an engine that %s drains the server with a log line, and the answer of another session ends well',
  async (_, way) => {
    writeFileSync(join(folder, 'engine.js'), engine.replace('WAY', way));
    writeFileSync(join(folder, 'antiphon.yaml'), 'models: { mine: { speech_to_speech: { engine: ./engine.js } } }\n');
    const program = start(['serve', '--port', '0', '--log-level', 'error'], { folder });
    const realtime = `${(await program.url()).replace('http', 'ws')}/v1/realtime?model=mine`;
    const [honest, other] = [await connect(realtime), await connect(realtime)];
    const text = { type: 'input_text', text: 'go wrong' };
    other.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [text] } });
    honest.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await honest.event('response.output_text.delta');
    other.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    expect(await honest.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    expect((await honest.closed()).code).toBe(1001);
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toContain('nobody caught');
    expect(program.stderr()).toContain('lost in a');
  },
);
