/** What a log line may carry: plain values, never audio, keys or transcripts. An `err` field may hold an Error. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a session writes its log lines. */
export interface SessionLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to each of its lines. */
  child(fields: LogFields): SessionLog;
}

/** A log that says nothing: the default of `listen`. */
export const silentLog: SessionLog = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
