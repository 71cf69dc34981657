import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a server's process with `--import`: answers every message of the parent with what the process has used.
 * The message `{ collect: true }` collects garbage first, which needs `--expose-gc`.
 */
export interface Usage {
  /** User and system time so far, in milliseconds. */
  readonly cpuMs: number;
  /** What live objects take, those outside the heap included, in bytes. Exact only after collecting. */
  readonly liveBytes: number;
  readonly residentBytes: number;
  /** The longest that the event loop has not turned since the last time, in milliseconds. */
  readonly stallMs: number;
}

const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();

process.on('message', (message: { readonly collect?: boolean }) => {
  if (message.collect === true) {
    globalThis.gc?.();
    globalThis.gc?.();
  }
  const { user, system } = process.cpuUsage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const usage: Usage = {
    cpuMs: (user + system) / 1000,
    liveBytes: heapUsed + external,
    residentBytes: rss,
    stallMs: loop.max / 1e6,
  };
  loop.reset();
  process.send?.(usage);
});
process.channel?.unref();
