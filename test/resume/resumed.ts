import { until } from '../clients/until.ts';
import type { Peer, SeenEvent } from '../e2e/peer.ts';

/** What a session shows of its resumption. */
interface Shown {
  readonly id: string;
  readonly expires_at: number;
  readonly resumption?: { readonly handle: string; readonly resumed?: string; readonly expires_in: number };
}

/** The session as the first event of the connection shows it. */
export async function greeted(peer: Peer): Promise<Shown> {
  const { session } = await peer.event('session.created');
  // What the event is made of is checked by the tests that look at it.
  return session as Shown;
}

export async function handleOf(peer: Peer): Promise<string> {
  const { resumption } = await greeted(peer);
  if (resumption === undefined) throw new Error('No handle was given.');
  return resumption.handle;
}

/** Loses the connection without a word. */
export async function cut(peer: Peer): Promise<void> {
  peer.socket.terminate();
  await peer.closed();
}

/** The address that takes up a session of this server. */
export function again(server: { readonly ws: string }, handle: string, after?: string): string {
  const query = new URLSearchParams({ resume: handle, ...(after === undefined ? {} : { after }) });
  return `${server.ws}/v1/realtime?${query.toString()}`;
}

export function deltas(...events: readonly (readonly SeenEvent[])[]): string {
  return events.flatMap((each) => each.flatMap(({ type, delta }) => (type.endsWith('.delta') ? [delta] : []))).join('');
}

/** The events of these types, in order. */
export function ofType(events: readonly SeenEvent[], ...types: readonly string[]): SeenEvent[] {
  return events.filter(({ type }) => types.includes(type));
}

export function count(peer: Peer, type: string, least: number): Promise<true> {
  return until(`${least} of ${type}`, () => ofType(peer.events, type).length >= least || undefined).then(() => true);
}

/** The code of the error that the peer is told, and with what it is closed. */
export async function refusal(peer: Peer): Promise<string> {
  const { error } = await peer.event('error');
  const { code } = await peer.closed();
  return `${String((error as { code?: unknown }).code)} ${code}`;
}

/** The last event with an id. */
export function lastId(peer: Peer): string {
  return peer.events.at(-1)?.event_id ?? '';
}
