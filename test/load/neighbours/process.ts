import { startBadServers } from './bad-servers.ts';
import { neighbours } from './table.ts';

/** What the street asks of the process in which the neighbours live. */
export type Order =
  | { readonly visit: string; readonly url: string }
  /** Give back what bad servers hold. */
  | { readonly end: true };

/** What it tells. */
export type News =
  | { readonly badUrl: string }
  /** `problem`: what the server did not do as it should, else null. */
  | { readonly visited: string; readonly problem: string | null };

const { url: badUrl, server } = await startBadServers();
tell({ badUrl });

process.on('message', (order: Order) => {
  if ('end' in order) {
    server.closeAllConnections();
    server.close();
    process.disconnect();
  } else void visit(order);
});

async function visit({ visit: name, url }: Extract<Order, { visit: string }>): Promise<void> {
  const neighbour = neighbours.find((each) => each.name === name);
  const problem = await neighbour?.visit({ url, badUrl }).then(
    () => null,
    (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
  );
  tell({ visited: name, problem: problem === undefined ? 'nobody is called that' : problem });
}

function tell(news: News): void {
  process.send?.(news);
}
