import { join } from 'node:path';
import { recordTake } from '../../take/node/record-take.ts';
import type { Line } from '../line.ts';

export interface TakeOptions {
  /** The folder that takes are kept in. */
  readonly folder: string;
  /** The id of the rule that does not hold. */
  readonly id: string;
  readonly url: string;
  /** The program and its version. */
  readonly by: string;
  /** Unix milliseconds of now. */
  readonly at: number;
  /** The keys that were used. */
  readonly secrets: readonly string[];
}

/** Writes the last connection of a check down as a take. Resolves to its path. */
export async function keepTake(line: Line, options: TakeOptions): Promise<string> {
  const { folder, id, at, ...told } = options;
  const path = join(folder, `${id.replaceAll('/', '-')}.take`);
  let failure: unknown = null;
  const failed = (cause: unknown): void => {
    failure ??= cause;
  };
  const last = line.passed.at(-1)?.t ?? 0;
  const transport = line.hasMedia ? 'webrtc' : 'websocket';
  const recording = recordTake(path, { ...told, at: Math.round(at - last), transport, failed });
  for (const { t, from, text, isBinary } of line.passed) {
    if (isBinary) recording.binary(t, from === 'client' ? '>' : '<', new Uint8Array());
    else recording.frame(t, from === 'client' ? '>' : '<', text);
  }
  const { code, reason } = line.closedWith ?? { code: 1000, reason: '' };
  recording.closed(last, { by: line.isOursToClose ? 'client' : 'server', code, reason });
  await recording.end();
  if (failure !== null) throw failure;
  return path;
}
