/** Ids that this side mints: of items in the length of the service's (behaviour §1.6), and of events, unique in the session. */
export interface Ids {
  item(): string;
  event(): string;
  /** Whether it is the id of an event of this session, and not another client's or anything else. */
  isOwn(eventId: unknown): boolean;
}

export function createIds(): Ids {
  const own = `evt_${randomText(8)}_`;
  let events = 0;
  return {
    item: () => `item_${randomText(21)}`,
    event: () => own + ++events,
    isOwn: (eventId) => `${eventId}`.startsWith(own),
  };
}

function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}
