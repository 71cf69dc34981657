import { until } from '../clients/until.ts';
import type { SeenEvent } from '../e2e/peer.ts';
import { type OfferOptions, type WeriftPeer, weriftPeer } from '../media/werift-peer.ts';

export interface CallOptions extends OfferOptions {
  /** A key or client secret. */
  readonly key?: string;
  /** The query of the address. */
  readonly query?: string;
  /** Makes the body a form with this session. */
  readonly session?: object;
}

/** A caller whose call was answered. */
export interface Caller {
  readonly id: string;
  readonly peer: WeriftPeer;
  readonly events: readonly SeenEvent[];
  send(...events: readonly object[]): void;
  /** The first event of this type, as soon as it is there. */
  event(type: string): Promise<SeenEvent>;
  /** Resolves when the data channel has closed. */
  closed(): Promise<unknown>;
  hangUp(): Promise<void>;
}

/** Posts an offer to a server. */
export function postOffer(url: string, offer: string, { key, query = '', session }: CallOptions): Promise<Response> {
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  if (session === undefined) {
    const headers = { ...authorization, 'content-type': 'application/sdp' };
    return fetch(`${url}/v1/realtime/calls${query}`, { method: 'POST', headers, body: offer });
  }
  const body = new FormData();
  body.set('sdp', offer);
  body.set('session', JSON.stringify(session));
  return fetch(`${url}/v1/realtime/calls${query}`, { method: 'POST', headers: authorization, body });
}

/** Calls a server whose media is on loopback, and waits until the data channel is open. */
export async function call(url: string, options: CallOptions = {}): Promise<Caller> {
  const peer = await weriftPeer(options);
  const answer = await postOffer(url, peer.offer, options);
  if (answer.status !== 201) throw new Error(`the call was refused: ${answer.status} ${await answer.text()}`);
  await peer.answer(await answer.text());
  const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
  const [channel] = peer.channels;
  if (channel !== undefined) await until('the channel', () => channel.readyState === 'open');
  const read: SeenEvent[] = [];
  const events = (): readonly SeenEvent[] => {
    const texts = peer.messages.get('oai-events') ?? [];
    for (const text of texts.slice(read.length)) read.push(JSON.parse(text));
    return read;
  };
  return {
    id,
    peer,
    get events() {
      return events();
    },
    send(...sent) {
      for (const event of sent) channel?.send(JSON.stringify(event));
    },
    event: (type) => until(`the event ${type}`, () => events().find((event) => event.type === type)),
    closed: () => until('the channel to close', () => channel?.readyState === 'closed'),
    hangUp: () => peer.close(),
  };
}
