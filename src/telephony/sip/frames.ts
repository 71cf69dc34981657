/** What a connection has brought: whole messages and keep-alives, in order; or it is none of SIP. */
export type StreamPart = { readonly is: 'message'; readonly text: string } | { readonly is: 'ping' };

/** Larger messages are nobody's, in bytes. */
const maxBytes = 65_535;

/** Cuts what a connection brings into messages, by the lengths that they tell (RFC 3261, section 18.3). */
export class StreamFrames {
  #rest = '';
  /** How far the rest was searched for the end of a header. */
  #searched = 0;

  /** Part of a message is here. */
  get isWaiting(): boolean {
    return this.#rest !== '';
  }

  /** More has come, each character a byte. Null where what comes can't be cut: nobody knows where the next begins. */
  push(bytes: string): StreamPart[] | null {
    this.#rest += bytes;
    const parts: StreamPart[] = [];
    for (;;) {
      const part = this.#next();
      if (part === 'broken') return null;
      if (part === null) return parts;
      parts.push(part);
    }
  }

  #next(): StreamPart | 'broken' | null {
    if (this.#rest.startsWith('\r\n')) return this.#blank();
    const end = this.#rest.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3));
    this.#searched = this.#rest.length;
    if (end < 0) return this.#rest.length > maxBytes ? 'broken' : null;
    const length = lengthIn(this.#rest.slice(0, end));
    const whole = length === null ? null : end + 4 + length;
    if (whole === null || whole > maxBytes) return 'broken';
    if (this.#rest.length < whole) return null;
    const text = this.#rest.slice(0, whole);
    this.#take(whole);
    return { is: 'message', text };
  }

  /** Two empty lines ask whether we are there (RFC 5626, section 4.4.1); one is ignored. */
  #blank(): StreamPart | 'broken' | null {
    if (this.#rest === '\r\n' || this.#rest === '\r\n\r') return null;
    const isPing = this.#rest.startsWith('\r\n\r\n');
    this.#take(isPing ? 4 : 2);
    return isPing ? { is: 'ping' } : this.#next();
  }

  #take(bytes: number): void {
    this.#rest = this.#rest.slice(bytes);
    this.#searched = 0;
  }
}

function lengthIn(head: string): number | null {
  const [, digits] = /\r\n(?:Content-Length|l)[ \t]*:[ \t]*(\d{1,5})[ \t]*(?:\r\n|$)/i.exec(head) ?? [];
  return digits === undefined ? null : Number(digits);
}
