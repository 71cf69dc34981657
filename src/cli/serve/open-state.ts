import { systemClock } from '../../server/clock.ts';
import type { ListenOptions } from '../../server/options.ts';
import { SetupError } from '../../server/setup-error.ts';
import { redisState, StateSetupError } from '../../state/redis/state.ts';
import type { StateSettings } from './state-settings.ts';

/** State that is open, and the options of a server that uses it. */
export interface OpenState {
  readonly options: Pick<ListenOptions, 'state' | 'clock' | 'whenStateIsDown' | 'node'>;
  /** To be called once the server is closed. */
  close(): Promise<void>;
}

/**
 * Opens the state that the server shares with others, if it does.
 *
 * @throws {SetupError} when that can't be; a store that does not answer is no such case.
 */
export async function openState(settings: StateSettings | null, version: string): Promise<OpenState> {
  if (settings === null) return { options: {}, async close() {} };
  const { url, secret, prefix, whenDown, nodeUrl } = settings;
  const clock = systemClock();
  const shared = { url, secret, clock };
  const state = await redisState(prefix === undefined ? shared : { ...shared, prefix }).catch((cause: unknown) => {
    throw cause instanceof StateSetupError ? new SetupError('invalid_configuration', cause.message, { cause }) : cause;
  });
  const node = nodeUrl === undefined ? { version } : { version, url: nodeUrl };
  return { options: { state, clock, whenStateIsDown: whenDown, node }, close: () => state.close() };
}
