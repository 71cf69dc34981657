import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll } from 'vitest';
import { type ListenOptions, listen, Replay, type ReplayOptions, replayModel } from '../../src/server/index.ts';
import type { RecordToOptions } from '../../src/take/node/record-to.ts';
import { readScenario, readTake, recordTo, scenarioModel, type Take } from '../../src/testing/index.ts';
import { certificate, type Program } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { emptyFolder } from '../setup/folder.ts';

const pair = certificate();
const tls = { cert: readFileSync(pair.cert, 'utf8'), key: readFileSync(pair.key, 'utf8') };
setDefaultCACertificates([...getCACertificates('default'), tls.cert]);

const running: { close(): Promise<void> }[] = [];

afterAll(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A server over TLS, since the openai package speaks no other. */
async function secured(options: Omit<ListenOptions, 'tls' | 'port'>): Promise<Program> {
  const server = await listen({ ...options, tls, port: 0 });
  running.push(server);
  return {
    url: server.url,
    socketUrl: server.url.replace(/^http/, 'ws'),
    stderr: () => '',
    async stop() {
      await server.close();
      return 0;
    },
  };
}

/** A server that plays a scenario, and writes its sessions into a take. */
export async function recordingServer(
  scenario: string,
  options: Partial<ListenOptions> & RecordToOptions & { readonly name?: string } = {},
): Promise<Program & { take(): Promise<Take>; readonly path: string }> {
  const { redact, name = 'session.take', ...more } = options;
  const path = join(emptyFolder(), name);
  const record = recordTo(path, redact === undefined ? {} : { redact });
  const server = await secured({ models: { '*': scenarioModel(readScenario(scenario, 'scenario')) }, record, ...more });
  return {
    ...server,
    path,
    async take() {
      const take = await until('the session to be recorded to its end', () => endedTake(path));
      await server.stop();
      return take;
    },
  };
}

/** The take as soon as its last line is there. */
function endedTake(path: string): Take | undefined {
  const lines = path.endsWith('.jsonl') ? path : join(path, 'take.jsonl');
  return existsSync(lines) && /,"closed":\{.*\}\n$/.test(readFileSync(lines, 'utf8')) ? readTake(path) : undefined;
}

/** A server that plays a take. */
export function replayingServer(take: Take, options: ReplayOptions = {}): Promise<Program> {
  return secured({ models: { '*': replayModel(new Replay([take], { speed: Infinity, ...options })) } });
}

/** The server's frames of a take, as they were sent. */
export function sentIn(take: Take): string[] {
  return take.entries.flatMap((entry) => (entry.is === 'frame' && entry.by === '<' ? [entry.text()] : []));
}
