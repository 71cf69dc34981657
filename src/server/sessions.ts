/** A running session, as the server minds it. */
export interface RunningSession {
  drain(graceMs?: number): void;
  readonly ended: Promise<void>;
}

/** A connection that can be cut. */
export interface Connection {
  terminate(): void;
}

/** A connection whose session is on another node. */
export interface CarriedConnection extends Connection {
  /** Closes it in good order. */
  drain(): void;
}

/** Every session and connection that is open, refused ones included until they are gone. */
export class Sessions {
  readonly #running = new Set<RunningSession>();
  readonly #connections = new Set<Connection>();
  readonly #carried = new Set<CarriedConnection>();
  #expected = 0;
  #whenEmpty: (() => void) | null = null;
  #isDraining = false;

  /** Sessions that have begun and not ended, and those that are expected. */
  get count(): number {
    return this.#running.size + this.#expected;
  }

  /** Keeps room for a session that takes a while to begin. To be called when it has begun, or does not. */
  expect(): () => void {
    this.#expected += 1;
    return () => void (this.#expected -= 1);
  }

  /** Minds a connection until it is gone. */
  connected(connection: Connection, gone: Promise<void>): void {
    this.#connections.add(connection);
    void gone.finally(() => {
      this.#connections.delete(connection);
      this.#checkEmpty();
    });
  }

  /** Minds a connection until it is gone whose session is on another node. */
  carries(connection: CarriedConnection, gone: Promise<void>): void {
    this.#carried.add(connection);
    this.connected(
      connection,
      gone.finally(() => this.#carried.delete(connection)),
    );
    if (this.#isDraining) connection.drain();
  }

  /** Minds a session until it has ended. */
  began(session: RunningSession): void {
    this.#running.add(session);
    void session.ended.finally(() => {
      this.#running.delete(session);
      this.#checkEmpty();
    });
  }

  /** Lets every session finish what it is doing, within so long; `empty` is called once all of them and their connections are gone. */
  drain(graceMs: number, empty: () => void): void {
    this.#whenEmpty = empty;
    this.#isDraining = true;
    for (const session of this.#running) session.drain(graceMs);
    for (const connection of this.#carried) connection.drain();
    this.#checkEmpty();
  }

  /** Cuts every connection, whatever runs on it. */
  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  #checkEmpty(): void {
    if (this.#running.size > 0 || this.#connections.size > 0) return;
    const empty = this.#whenEmpty;
    this.#whenEmpty = null;
    empty?.();
  }
}
