import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { SessionLog } from '../../server/log.ts';

type StopSignal = 'SIGTERM' | 'SIGINT';

/** Exit codes of a program that a signal ended at once: 128 and the signal's number. */
export const abruptExitCodes: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * One Ctrl-C under `npm start` comes twice within milliseconds: the terminal sends it to the whole group, and npm passes
 * its own on. An interrupt that follows this closely, in milliseconds, is the same one.
 */
const sameInterruptMs = 200;

/**
 * Runs `stop` at the first SIGTERM or SIGINT and exits 0 when it is done; a second signal exits at once. Gives what does
 * the same as a first SIGTERM.
 */
export function onStopSignals(stop: () => Promise<void>): () => void {
  let firstAt: number | null = null;
  const onSignal = (signal: StopSignal): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      void stop().finally(() => process.exit(0));
    } else if (signal !== 'SIGINT' || performance.now() - firstAt > sameInterruptMs) {
      process.exit(abruptExitCodes[signal]);
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return () => onSignal('SIGTERM');
}

export interface LastResort {
  readonly log: SessionLog;
  /** Drains the server. */
  readonly close: () => Promise<void>;
}

/**
 * What nobody caught is a mistake of ours or of an engine's: it is logged, and the server drains instead of dropping
 * every session at once. The program then exits with 1, so that whoever watches over it starts it anew.
 */
export function onUncaught({ log, close }: LastResort): void {
  let isDraining = false;
  const caught = (cause: unknown): void => {
    log.error('something went wrong that nobody caught; draining', { err: cause });
    if (isDraining) return;
    isDraining = true;
    void close().finally(() => process.exit(1));
  };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
}

export interface OnHangUp {
  readonly reload: () => Promise<void>;
  readonly stop: () => void;
}

/** SIGHUP asks for a reload; when it comes because the terminal is gone that the program was started from, it stops. */
export function onHangUp({ reload, stop }: OnHangUp): void {
  const hadTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  process.on('SIGHUP', () => {
    if (hadTerminal && !hasTerminal()) stop();
    else void reload();
  });
}

/** Whether the program can still reach a terminal of its own. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
