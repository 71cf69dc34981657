/**
 * Makes this process look like a page of an origin: its sockets say where they come from, as those of browsers do. With
 * `node --conditions=browser`, `antiphon/client` is the code that browsers get as well.
 */
export function becomePageOf(origin: string): void {
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      // Node's own sockets take headers beside the protocols, which the types of browsers do not know.
      super(url, { protocols, headers: { Origin: origin } } as unknown as string[]);
    }
  };
}
