import type { Context } from 'hono';
import type { ForwardedRequest } from '../nodes/forward-request.ts';
import type { Neighbours } from '../nodes/neighbours.ts';
import type { AppEnv } from './app-env.ts';

/** Who else may hold what is asked for. */
export interface PassingHouse {
  /** The other nodes; null where this one is alone. */
  readonly neighbours: Pick<Neighbours, 'holderOf' | 'forward' | 'askAll'> | null;
}

/**
 * The answer of the node that holds the call or session of this id; null where that is this one or nobody, where it can't be
 * reached, and where the request was passed on already.
 */
export async function passOn(
  context: Context<AppEnv>,
  { neighbours }: PassingHouse,
  id: string,
): Promise<Response | null> {
  const node = neighbours?.holderOf(id) ?? null;
  return node === null ? null : passOnTo(context, { neighbours }, node);
}

/** The answer of this node, as `passOn` gives it. */
export async function passOnTo(
  context: Context<AppEnv>,
  { neighbours }: PassingHouse,
  node: string,
): Promise<Response | null> {
  if (neighbours === null || context.env.forwardedBy !== undefined) return null;
  return neighbours.forward(node, await forwardedOf(context));
}

/** What the other nodes answer to the same request, those that do; nothing where it comes from one of them. */
export async function askOthers<T>(
  context: Context<AppEnv>,
  { neighbours }: PassingHouse,
  read: (answer: Response) => Promise<T>,
): Promise<readonly T[]> {
  if (neighbours === null || context.env.forwardedBy !== undefined) return [];
  return neighbours.askAll(await forwardedOf(context), read);
}

/** The body is read whole: routes bound it before. */
async function forwardedOf({ req, env }: Context<AppEnv>): Promise<ForwardedRequest> {
  const { method, headers, signal } = req.raw;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? { body: new Uint8Array(await req.arrayBuffer()) } : {};
  return { method, target: targetOf(req.url), headers, address: env.address, signal, ...body };
}

/** Path and query of an address, written as every node writes them. */
export function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
