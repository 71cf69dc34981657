import {
  type ListenOptions,
  listen,
  Replay,
  type ReplayOptions,
  type RunningServer,
  replayModel,
} from '../server/index.ts';
import { readTakes } from '../take/node/read-take.ts';
import type { Take } from '../take/reader.ts';

/** How a take is served. */
export interface ReplayServerOptions extends ReplayOptions, Pick<ListenOptions, 'host' | 'port' | 'auth'> {}

/**
 * A server that plays the server's part of a take to whoever connects, under every model's name: from `path`, the folder
 * or file of a take, a folder of takes, or a take that was read. Default: a free port, at once (`speed: Infinity`).
 *
 * @throws {TakeError} where there is no take, or it can't be read.
 */
export async function replayServer(take: string | Take, options: ReplayServerOptions = {}): Promise<RunningServer> {
  const { match = 'order', speed = Infinity, port = 0, ...rest } = options;
  const takes = typeof take === 'string' ? readTakes(take) : [take];
  const model = replayModel(new Replay(takes, { match, speed }));
  return listen({ ...rest, port, models: { '*': model } });
}
