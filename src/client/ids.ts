/** Ids that this side mints: of items in the length of the service's (behaviour §1.6), and of events, unique in the session. */
export interface Ids {
  item(): string;
  event(): string;
  /** Whether it is the id of an event of this session, and not another client's or anything else. */
  isOwn(eventId: unknown): boolean;
}

/** `fill` puts random bytes into what it is given. Default: the platform's cryptographic source. */
export function createIds(fill: (bytes: Uint8Array<ArrayBuffer>) => void = randomFill): Ids {
  const own = `evt_${randomText(8, fill)}_`;
  let events = 0;
  return {
    item: () => `item_${randomText(21, fill)}`,
    event: () => own + ++events,
    isOwn: (eventId) => `${eventId}`.startsWith(own),
  };
}

function randomFill(bytes: Uint8Array<ArrayBuffer>): void {
  crypto.getRandomValues(bytes);
}

function randomText(length: number, fill: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(length);
  fill(bytes);
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}
