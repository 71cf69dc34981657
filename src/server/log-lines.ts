import { type DestinationStream, type Logger, pino } from 'pino';
import type { SessionLog } from './log.ts';

/** How much is logged: this level and everything more serious. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLinesOptions {
  readonly level: LogLevel;
  /** For a person at a terminal; otherwise one JSON object a line. */
  readonly pretty: boolean;
  /** Where the lines go. Default: standard error. */
  readonly to?: DestinationStream;
}

/** A log that writes lines with pino. Lines are written before the call returns, so that none is lost at exit. */
export async function logLines({ level, pretty, to }: LogLinesOptions): Promise<SessionLog> {
  const target = to ?? pino.destination({ fd: 2, sync: true });
  const stream = pretty ? await prettified(target) : target;
  return over(pino({ level, base: null }, stream));
}

/** Imported only for a terminal: loading it takes longer than starting the server. */
async function prettified(target: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const colorize = process.env['NO_COLOR'] === undefined;
  const pretty = prettyFactory({ colorize, singleLine: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
  return { write: (line) => void target.write(pretty(line) ?? '') };
}

function over(logger: Logger): SessionLog {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    child: (fields) => over(logger.child(fields)),
  };
}
