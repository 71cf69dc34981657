import { espeakHint, espeakInstalled } from '../../engines/espeak.ts';
import { listen, type RunningServer } from '../../server/listen.ts';
import type { SessionLog } from '../../server/log.ts';
import { carefulLog, rewritten } from '../../server/observability/careful-log.ts';
import type { ListenOptions, LiveOptions } from '../../server/options.ts';
import { concealedIn } from '../config/conceal.ts';
import { findConfig } from '../config/find.ts';
import { loadPrices } from '../config/price-file.ts';
import { readNamed } from '../files.ts';
import { logLines } from '../log-lines.ts';
import { loadModels } from '../models/table.ts';
import { version } from '../version.ts';
import { budgetWarnings } from './budget-warnings.ts';
import { suitCollector } from './collector.ts';
import { nextStep } from './next-step.ts';
import { type OpenState, openState } from './open-state.ts';
import { reloader } from './reload.ts';
import { type ModelSource, type ServeFlags, type ServeSettings, settingsOf } from './settings.ts';
import { onHangUp, onStopSignals, onUncaught } from './signals.ts';
import { takeShelf } from './take-shelf.ts';

/** What differs where the program is one of several processes that serve as one. */
export interface Role {
  /** What the server is to do beside what the settings say. `shared`: what it shares with other nodes by the settings. */
  options(settings: ServeSettings, shared: OpenState['options']): Promise<Partial<ListenOptions>>;
  /** The log of this process. */
  log(log: SessionLog): SessionLog;
  /** Whether it says what is to be said once. */
  readonly speaks: boolean;
  /** The server listens: from now on others decide over it. */
  serving(served: Served): Promise<void>;
}

/** A server that listens. */
export interface Served {
  readonly server: RunningServer;
  /** Closes the server, and then what it shares. */
  readonly close: () => Promise<void>;
  readonly log: SessionLog;
  /** Reads the settings anew, and serves them if they are good. */
  readonly reload: () => Promise<void>;
}

/** The program as the only process. */
export const alone: Role = {
  options: async (_settings, shared) => shared,
  log: (log) => log,
  speaks: true,
  async serving({ server, close, reload }) {
    const stop = onStopSignals(close);
    onHangUp({ reload, stop });
    process.stdout.write(`Listening on ${server.url}\n`);
  },
};

/** Serves in this process. Resolves once it listens. */
export async function serveHere(flags: ServeFlags, role: Role): Promise<void> {
  suitCollector();
  const folder = process.cwd();
  const settings = await readSettings(flags, folder);
  const log = role.log(await logLines({ level: settings.logLevel, pretty: process.stderr.isTTY }));
  const lacks: string[] = [];
  let { conceal } = settings;
  const sessionLog = rewritten(log, (value) => concealedValue(value, conceal));
  const options = await concealing(settings, () => listenOptions(settings, flags, (lack) => lacks.push(lack)));
  const shared = await concealing(settings, () => openState(settings.state, version()));
  const own = await role.options(settings, shared.options);
  const server = await concealing(settings, () => listen({ ...options, ...own, log: sessionLog })).catch(
    async (cause: unknown) => {
      await shared.close();
      throw cause;
    },
  );
  const close = (): Promise<void> => server.close().then(() => shared.close());
  onUncaught({ log: carefulLog(sessionLog, settings.logTranscripts), close });
  const reload = reloader({
    log,
    server,
    started: settings,
    read: async () => {
      const held = await readSettings(flags, folder);
      conceal = held.conceal;
      return { held, load: () => liveOptions(held, flags, (lack) => log.warn(lack)) };
    },
  });
  await role.serving({ server, close, log, reload });
  if (!role.speaks) return;
  const models = Object.keys(options.models).map(settings.conceal);
  log.info(nextStep({ url: server.url, needsKey: settings.keys.length > 0, hasConsole: settings.console, models }));
  tellOfModels(settings.models, log);
  for (const lack of lacks) log.warn(lack);
}

/** Whatever goes wrong with what the file says goes wrong without what variables brought into it. */
async function concealing<T>({ conceal }: ServeSettings, act: () => Promise<T>): Promise<T> {
  return act().catch((cause: unknown) => {
    throw concealedIn(cause, conceal);
  });
}

/** A field of the log without what variables brought into the file: engines tell of the settings that they have. */
function concealedValue(value: unknown, conceal: ServeSettings['conceal']): unknown {
  if (value instanceof Error) return concealedIn(value, conceal);
  return typeof value === 'string' ? conceal(value) : value;
}

/** What flags, environment and file say. */
export async function readSettings(flags: ServeFlags, folder: string): Promise<ServeSettings> {
  return settingsOf(flags, process.env, await findConfig(flags, process.env, folder), folder);
}

type Tell = (lack: string) => void;

async function listenOptions(settings: ServeSettings, flags: ServeFlags, tell: Tell): Promise<ListenOptions> {
  const {
    host,
    port,
    resume,
    drainSeconds,
    webrtc,
    telephony,
    deflate,
    console: hasConsole,
    logTranscripts,
    tls,
    record,
  } = settings;
  return {
    ...(await liveOptions(settings, flags, tell)),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    resume,
    ...(drainSeconds === undefined ? {} : { drainSeconds }),
    webrtc,
    ...(telephony === undefined ? {} : { telephony }),
    deflate,
    console: hasConsole,
    logTranscripts,
    ...(record === null ? {} : { record: await takeShelf(record, tell) }),
    ...(tls === null ? {} : { tls: { cert: await readNamed(tls.cert), key: await readNamed(tls.key) } }),
  };
}

async function liveOptions(settings: ServeSettings, flags: ServeFlags, tell: Tell): Promise<LiveOptions> {
  const { keys, adminKeys, allowedOrigins, allowedHosts, limits, betaHeader, sendConversationCreated, mcp, conceal } =
    settings;
  const models = await loadModels(settings.models, {
    environment: process.env,
    endpoints: flags.endpoint ?? [],
    tell: (lack) => tell(conceal(lack)),
  });
  const prices = await loadPrices(settings.prices);
  for (const warning of budgetWarnings({ keys, models, prices, isShared: settings.state !== null }))
    tell(conceal(warning));
  return {
    models,
    auth: { keys, adminKeys, allowedOrigins, allowedHosts },
    prices,
    limits,
    compatibility: {
      ...(betaHeader === undefined ? {} : { betaHeader }),
      ...(sendConversationCreated === undefined ? {} : { sendConversationCreated }),
    },
    ...(mcp === undefined ? {} : { mcp }),
  };
}

/** Says what is served where nobody has said it, and what is missing for it to sound well. */
function tellOfModels(models: ModelSource, log: SessionLog): void {
  if (models.from === 'nothing' && !espeakInstalled()) {
    log.warn(`espeak-ng is not installed, so the echo answers in tones. To hear it speak: ${espeakHint}`);
  }
  if (models.from === 'preset' && models.asked) log.info(`serving the preset ${models.preset} under every name`);
  if (models.from === 'preset' && !models.asked) {
    log.info('OPENAI_API_KEY is set: serving models of OpenAI under every name, and the echo as "echo"');
  }
}
