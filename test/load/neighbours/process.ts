import { startBadServers } from './bad-servers.ts';
import { neighbours } from './table.ts';

/** What the street asks of the process in which the neighbours live: that one of them comes. */
export interface Order {
  readonly visit: string;
  readonly url: string;
}

/** What it tells. */
export type News =
  | { readonly badUrl: string }
  /** `problem`: what the server did not do as it should, else null. */
  | { readonly visited: string; readonly problem: string | null };

const { url: badUrl } = await startBadServers();
tell({ badUrl });

process.on('message', (order: Order) => void visit(order));
process.once('disconnect', () => process.exit());

async function visit({ visit: name, url }: Order): Promise<void> {
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
