import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { connect } from '../e2e/peer.ts';
import { type RunningProgram, start } from '../e2e/running-program.ts';
import { type Health, healthOf, healthWhen } from './health.ts';

/** The built server in its own process, to be treated badly. */
export interface ServerUnderFire {
  readonly url: string;
  readonly realtime: string;
  health(): Promise<Health>;
  /** The first health that is as it should be. */
  healthWhen(isFine: (health: Health) => boolean): Promise<Health>;
  /** Holds a typed turn, and sees that nothing worse than an info line was ever logged. */
  expectToAnswer(): Promise<void>;
  stop(): Promise<void>;
}

const scenario = `
pace: { delta_ms: 5, unit: char }
replies:
  - when: { contains: tool }
    steps: [{ call: { name: look_up, arguments: { question: "one that takes a while to be asked" } } }]
  - steps: [{ say: "An answer that takes a while, since it is given letter by letter." }]
`;

export async function startUnderFire(): Promise<ServerUnderFire> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
  const collecting = join(import.meta.dirname, 'collecting.ts');
  const program = start(['serve', '--port', '0', '--scenario', 'scenario.yaml', '--log-level', 'warn'], {
    folder,
    node: [process.execPath, '--expose-gc', '--import', collecting],
  });
  const url = await program.url();
  const realtime = `${url.replace('http', 'ws')}/v1/realtime?model=test`;
  return {
    url,
    realtime,
    health: () => healthOf(url),
    healthWhen: (isFine) => healthWhen(url, isFine),
    expectToAnswer: () => expectToAnswer(program, realtime),
    async stop() {
      program.kill('SIGTERM');
      expect(await program.exited()).toBe(0);
      expect(program.stderr()).toBe('');
      rmSync(folder, { recursive: true });
    },
  };
}

async function expectToAnswer(program: RunningProgram, realtime: string): Promise<void> {
  const peer = await connect(realtime);
  peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  const done = await peer.event('response.done');
  expect(done['response']).toMatchObject({ status: 'completed' });
  peer.socket.terminate();
  expect(program.stderr()).toBe('');
}
