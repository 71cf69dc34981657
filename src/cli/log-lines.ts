import { type DestinationStream, type Logger, pino } from 'pino';
import type { SessionLog } from '../server/log.ts';
import { printable } from './printable.ts';

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
  const stream = pretty ? await prettified(target) : plain(target);
  return over(pino({ level, base: null }, stream));
}

/** What JSON leaves as it is and a terminal would act on is written as its code, which means the same in JSON. */
function plain(target: DestinationStream): DestinationStream {
  return { write: (line) => void target.write(`${printable(line.trimEnd())}\n`) };
}

/** Imported only for a terminal: loading it takes longer than starting the server. */
async function prettified(target: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const colorize = process.env['NO_COLOR'] === undefined;
  const pretty = prettyFactory({ colorize, singleLine: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
  return { write: (line) => void target.write(pretty(harmless(JSON.parse(line))) ?? '') };
}

/** A line whose texts can't steer the terminal; of a stack, the ends of its lines stay. */
function harmless(value: unknown, name = ''): unknown {
  if (typeof value === 'string')
    return name === 'stack' ? value.split('\n').map(printable).join('\n') : printable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => harmless(each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [printable(key), harmless(each, key)]));
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
