import cluster, { type Worker } from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../server/clock.ts';
import { SetupError } from '../../../server/setup-error.ts';
import { memoryState } from '../../../state/memory/state.ts';
import { logLines } from '../../log-lines.ts';
import { readSettings } from '../here.ts';
import type { ServeFlags } from '../settings.ts';
import { onHangUp, onStopSignals } from '../signals.ts';
import { drainMsOf, nodeUrlOf, udpPortOf } from './count.ts';
import { Crew } from './crew.ts';
import { workerMarker } from './marker.ts';

/** Serves by so many processes, of which this one only minds the others. Resolves once all of them listen. */
export async function serveByWorkers(flags: ServeFlags, count: number): Promise<void> {
  const settings = await readSettings(flags, process.cwd());
  for (let index = 1; index <= count; index += 1) {
    udpPortOf(settings.webrtc.udpPort, index);
    if (settings.state?.nodeUrl !== undefined) nodeUrlOf(settings.state.nodeUrl, index, settings.port ?? 8080);
  }
  const log = await logLines({ level: settings.logLevel, pretty: process.stderr.isTTY });
  const clock = systemClock();
  // Only this user may look into it.
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  cluster.setupPrimary({ serialization: 'advanced' });
  const crew = new Crew({
    count,
    clock,
    log,
    folder,
    secret: randomBytes(32).toString('base64url'),
    state: memoryState(clock),
    drainMs: drainMsOf(settings.drainSeconds),
    fork: (): Worker => cluster.fork({ [workerMarker]: '1' }),
  });
  const stop = onStopSignals(() => crew.stop());
  onHangUp({ reload: async () => crew.reload(), stop });
  process.on('exit', () => crew.kill());
  const url = await crew.begin().catch(async (cause: unknown) => {
    crew.kill();
    await crew.gone;
    throw cause instanceof SetupError ? cause : new SetupError('not_available', String(cause));
  });
  process.stdout.write(`Listening on ${url}\n`);
}
