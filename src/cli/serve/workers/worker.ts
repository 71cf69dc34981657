import { systemClock } from '../../../server/clock.ts';
import type { ListenOptions, NodeOptions, SessionLog, TelephonyOptions } from '../../../server/index.ts';
import { SetupError } from '../../../server/setup-error.ts';
import { Line } from '../../../state/workers/line.ts';
import { clusterPort } from '../../../state/workers/port.ts';
import { workersState } from '../../../state/workers/state.ts';
import { failuresIn } from '../../models/all-of.ts';
import { version } from '../../version.ts';
import { type Role, type Served, serveHere } from '../here.ts';
import type { ServeFlags, ServeSettings } from '../settings.ts';
import { nodeUrlOf, udpPortOf } from './count.ts';
import { type Beginning, type Mistake, type OfPrimary, type OfWorker, socketIn } from './talk.ts';

const clock = systemClock();

/** How long a worker waits for its primary while that is busy with the others, in milliseconds. */
const patienceMs = 10_000;

/** Serves as one of several processes, as the primary says, which alone hears the signals. Resolves once it listens. */
export async function serveAsWorker(flags: ServeFlags): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  let served: Served | null = null;
  const line = new Line({ port: clusterPort(process), answers: answersOf(() => served), clock });
  const ask = <Name extends keyof OfPrimary>(name: Name, ...args: Parameters<OfPrimary[Name]>) =>
    line.ask(name, args, patienceMs) as Promise<Awaited<ReturnType<OfPrimary[Name]>>>;
  const beginning = await ask('begin');
  const role: Role = {
    options: async (settings, { state, ...shared }) => ({
      ...shared,
      ...optionsOf(settings, beginning),
      state: state ?? workersState({ line, secret: beginning.secret, clock }),
      together: { metrics: () => ask('metrics'), readiness: () => ask('readiness') },
    }),
    log: (log: SessionLog) => log.child({ worker: beginning.index }),
    speaks: beginning.speaks,
    async serving(now) {
      served = now;
      await ask('ready', now.server.url);
    },
  };
  await serveHere(flags, role).catch(async (cause: unknown) => {
    const [first] = failuresIn(cause);
    if (!(first instanceof SetupError)) throw cause;
    await ask('mistake', mistakeOf(first));
    process.exit(1);
  });
}

function mistakeOf({ code, message }: SetupError): Mistake {
  return { code, message };
}

/** All workers serve one port, and each has for the others a socket, and for calls a UDP port, of its own. SIP is heard by the first. */
function optionsOf(
  { webrtc, telephony, state }: ServeSettings,
  { index, port, folder }: Beginning,
): Partial<ListenOptions> {
  const udpPort = udpPortOf(webrtc.udpPort, index);
  return {
    ...(port === null ? {} : { port }),
    webrtc: udpPort === undefined ? webrtc : { ...webrtc, udpPort },
    ...(telephony === undefined || index === 1 ? {} : { telephony: withoutSip(telephony) }),
    node: { ...placeOf(state?.nodeUrl, index, folder), version: version() },
  };
}

function withoutSip({ sip: _sip, ...telephony }: TelephonyOptions): TelephonyOptions {
  return telephony;
}

/** Where the others reach a worker: at a port of its own where they are on other machines. */
function placeOf(nodeUrl: string | undefined, index: number, folder: string): NodeOptions {
  if (nodeUrl === undefined) return { url: `unix:${socketIn(folder, process.pid)}` };
  return { url: nodeUrlOf(nodeUrl, index), listens: true };
}

function answersOf(served: () => Served | null): OfWorker {
  const now = (): Served => {
    const found = served();
    if (found === null) throw new Error('it does not listen yet');
    return found;
  };
  return {
    metrics: () => now().server.metrics(),
    readiness: () => now().server.readiness,
    reload: () => void now().reload(),
    stop() {
      const stopped = served()?.close() ?? Promise.resolve();
      void stopped.finally(() => process.exit(0));
    },
  };
}
