import { until } from '../clients/until.ts';

/** What the server's own metrics say of it. */
export interface Health {
  /** Live bytes, on the heap and outside it. */
  readonly liveBytes: number;
  readonly openFiles: number;
  /** Sessions open now. */
  readonly sessions: number;
  readonly sessionsEver: number;
}

/** Asks again and again; if it never gets well, tells what the health was last. */
export async function healthWhen(url: string, isFine: (health: Health) => boolean): Promise<Health> {
  let last: Health | undefined;
  return until(
    () => `the server to recover: ${JSON.stringify(last)}`,
    async () => {
      last = await healthOf(url);
      return isFine(last) && last;
    },
  );
}

export async function healthOf(url: string): Promise<Health> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (series: string): number => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length) ?? 0);
  };
  return {
    liveBytes: value('nodejs_heap_size_used_bytes') + value('nodejs_external_memory_bytes'),
    openFiles: value('process_open_fds'),
    sessions: value('antiphon_sessions{kind="realtime",transport="websocket"}'),
    sessionsEver: value('antiphon_sessions_total{kind="realtime",transport="websocket"}'),
  };
}
