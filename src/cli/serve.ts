import { espeakHint, espeakInstalled } from '../engines/espeak.ts';
import { listen } from '../server/listen.ts';
import { logLines } from '../server/log-lines.ts';
import type { ListenOptions } from '../server/options.ts';
import { findConfig } from './config.ts';
import { readNamed } from './files.ts';
import { loadModels } from './models.ts';
import { type ServeFlags, type ServeSettings, settingsOf } from './settings.ts';
import { onStopSignals } from './signals.ts';

/** `antiphon serve`: serves until a signal ends it. Resolves once it listens. */
export async function serve(flags: ServeFlags): Promise<void> {
  const folder = process.cwd();
  const config = await findConfig(flags, process.env, folder);
  const settings = settingsOf(flags, process.env, config, folder);
  const log = await logLines({ level: settings.logLevel, pretty: process.stderr.isTTY });
  const server = await listen({ ...(await listenOptions(settings)), log });
  onStopSignals(() => server.close());
  process.stdout.write(`Listening on ${server.url}\n`);
  if (settings.models === null && !espeakInstalled()) {
    log.warn(`espeak-ng is not installed, so the echo answers in tones. To hear it speak: ${espeakHint}`);
  }
}

async function listenOptions(settings: ServeSettings): Promise<ListenOptions> {
  const { keys, allowedOrigins, betaHeader, sendConversationCreated, logLevel: _, tls, models, ...rest } = settings;
  return {
    ...rest,
    models: await loadModels(models),
    auth: { keys, allowedOrigins },
    compatibility: {
      ...(betaHeader === undefined ? {} : { betaHeader }),
      ...(sendConversationCreated === undefined ? {} : { sendConversationCreated }),
    },
    ...(tls === null ? {} : { tls: { cert: await readNamed(tls.cert), key: await readNamed(tls.key) } }),
  };
}
