/** What a connection has brought: whole messages and keep-alives, in order; or it is none of SIP. */
export type StreamPart = { readonly is: 'message'; readonly text: string } | { readonly is: 'ping' };

/** Larger messages are nobody's, in bytes, and neither are larger headers of one. */
const maxBytes = 65_535;
const maxHeadBytes = 16_384;

/** Cuts what a connection brings into messages, by the lengths that they tell (RFC 3261, section 18.3). */
export class StreamFrames {
  #rest = '';
  /** How long the message is whose header is here; null before its end. */
  #whole: number | null = null;

  /** Part of a message is here. */
  get isWaiting(): boolean {
    return this.#rest !== '';
  }

  /** More has come, each character a byte. Null where what comes can't be cut: nobody knows where the next begins. */
  push(bytes: string): StreamPart[] | null {
    const searched = this.#rest.length;
    this.#rest += bytes;
    const parts: StreamPart[] = [];
    for (let from = Math.max(0, searched - 3); ; from = 0) {
      const part = this.#next(from);
      if (part === 'broken') return null;
      if (part === null) return parts;
      parts.push(part);
    }
  }

  /** `from`: where the end of a header may begin. */
  #next(from: number): StreamPart | 'broken' | null {
    if (this.#whole === null && this.#rest.startsWith('\r\n')) return this.#blank();
    this.#whole ??= this.#measure(from);
    if (this.#whole === null) return this.#rest.length > maxHeadBytes ? 'broken' : null;
    if (this.#whole > maxBytes) return 'broken';
    if (this.#rest.length < this.#whole) return null;
    return { is: 'message', text: this.#take(this.#whole) };
  }

  /** How long the message is; infinite where it does not tell, null where its header is not whole. */
  #measure(from: number): number | null {
    const end = this.#rest.indexOf('\r\n\r\n', from);
    if (end < 0) return null;
    if (end > maxHeadBytes) return Number.POSITIVE_INFINITY;
    return end + 4 + (lengthIn(this.#rest.slice(0, end)) ?? Number.POSITIVE_INFINITY);
  }

  /** Two empty lines ask whether we are there (RFC 5626, section 4.4.1); one is ignored. */
  #blank(): StreamPart | 'broken' | null {
    if (this.#rest === '\r\n' || this.#rest === '\r\n\r') return null;
    const isPing = this.#rest.startsWith('\r\n\r\n');
    this.#take(isPing ? 4 : 2);
    return isPing ? { is: 'ping' } : this.#next(0);
  }

  #take(bytes: number): string {
    const taken = this.#rest.slice(0, bytes);
    this.#rest = this.#rest.slice(bytes);
    this.#whole = null;
    return taken;
  }
}

function lengthIn(head: string): number | null {
  const [, digits] = /\r\n(?:Content-Length|l)[ \t]*:[ \t]*(\d{1,5})[ \t]*(?:\r\n|$)/i.exec(head) ?? [];
  return digits === undefined ? null : Number(digits);
}
