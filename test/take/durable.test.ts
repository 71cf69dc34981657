import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenario, readTake, recordTo, scenarioModel, type Take } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { serve } from '../e2e/test-server.ts';
import { emptyFolder } from '../setup/folder.ts';

const { run } = programsOfTest();

/** A frame of sound that no other is like. */
const append = (number: number): object => ({
  type: 'input_audio_buffer.append',
  event_id: `mine_${number}`,
  audio: Buffer.from(Int16Array.of(number, -number, 1).buffer).toString('base64'),
});

/** What the client has sent, as the take has it. */
const sentIn = (take: Take): unknown[] =>
  take.entries.flatMap((entry): unknown[] =>
    entry.is === 'frame' && entry.by === '>' ? [JSON.parse(entry.text())] : [],
  );

describe('a recording', () => {
  it('loses no more than the last tenth of a second where its process is killed', async () => {
    const folder = emptyFolder();
    const program = run(['serve', '--port', '0', '--record', 'takes'], { folder });
    const peer = await connect(`${(await program.url()).replace('http', 'ws')}/v1/realtime?model=m`);
    await peer.event('session.created');
    const frames = Array.from({ length: 60 }, (_, number) => append(number));
    for (const frame of frames.slice(0, 30)) peer.send(frame);
    const take = await until('half of it to be written, as it is soon', () => {
      const [name] = existsSync(join(folder, 'takes')) ? readdirSync(join(folder, 'takes')) : [];
      const path = join(folder, 'takes', name ?? '');
      const lines = join(path, 'take.jsonl');
      return existsSync(lines) && readFileSync(lines, 'utf8').includes('"mine_29"') ? path : undefined;
    });
    for (const frame of frames.slice(30)) peer.send(frame);
    program.kill('SIGKILL');
    await program.exited();
    const read = sentIn(readTake(take));
    expect(read.length).toBeGreaterThanOrEqual(30);
    expect(read).toEqual(frames.slice(0, read.length));
  });

  it('is made of a hundred sessions at once, each whole', async () => {
    const folder = emptyFolder();
    const server = await serve({
      models: { '*': scenarioModel(readScenario('replies: [{ steps: [{ say: "Yes." }] }]', 'scenario')) },
      record: recordTo(join(folder, 's.take')),
    });
    const peers = await Promise.all(Array.from({ length: 100 }, () => connect(`${server.ws}/v1/realtime?model=m`)));
    for (let round = 0; round < 5; round++) {
      for (const [index, peer] of peers.entries()) peer.send(append(index * 5 + round));
    }
    for (const peer of peers) peer.send({ type: 'response.create' });
    await Promise.all(peers.map((peer) => peer.event('rate_limits.updated')));
    for (const peer of peers) peer.socket.close(1000);
    await Promise.all(peers.map((peer) => peer.closed()));
    await server.close();
    const takes = readdirSync(folder).map((name) => readTake(join(folder, name)));
    expect(takes).toHaveLength(100);
    const first = (take: Take): number => Number(/mine_(\d+)/.exec(JSON.stringify(sentIn(take)))?.[1]);
    for (const [index, take] of takes.toSorted((a, b) => first(a) - first(b)).entries()) {
      const sent = Array.from({ length: 5 }, (_, round) => append(index * 5 + round));
      expect(sentIn(take)).toEqual([...sent, { type: 'response.create' }]);
      expect(take.entries.at(-1)).toMatchObject({ is: 'closed', closed: { by: 'client', code: 1000 } });
    }
  });
});
