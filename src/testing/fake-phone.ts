import { decodeBase64, encodeBase64 } from '../audio/base64.ts';

/** Bytes of 20 ms and of one, of G.711. */
const frameBytes = 160;
const bytesPerMs = 8;
const frameMs = 20;
const silentByte = 0xff;

export interface FakePhoneOptions {
  readonly carrier: 'twilio' | 'telnyx';
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** Sends a frame to the server. */
  readonly send: (frame: string) => void;
  /** The carrier's id of the call. Default `CA01`. */
  readonly callSid?: string;
  /** What the answer to the webhook gave the stream to carry. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** How its sound is written, by the carrier's name for it. Default µ-law. */
  readonly encoding?: string;
  /** What becomes of the frames of a tick before they leave, such as an order of their own. Default: they leave. */
  readonly mix?: (frames: readonly string[], tick: number) => readonly string[];
  /** Sends no mark back. Default false. */
  readonly losesMarks?: boolean;
}

/** What waits to be played, in order. */
type Waiting = { readonly mark: string } | { readonly bytes: Uint8Array };

interface Told {
  readonly event?: string;
  readonly streamSid?: string;
  readonly media?: { readonly payload?: string };
  readonly mark?: { readonly name?: string };
}

/**
 * A carrier's side of a media stream, without a telephone: every 20 ms a frame of the caller's sound leaves, silence where
 * nothing is said, and a frame of what came is played. A mark goes back when all before it has been played, and at once on
 * a clear, which drops what waits.
 */
export class FakePhone {
  /** What the carrier would not have understood, or a good server would not do. */
  readonly complaints: string[] = [];
  /** For each clear: milliseconds that had been heard since the one before. */
  readonly cleared: number[] = [];
  /** Names of marks that came. */
  readonly marks: string[] = [];
  /** The most that waited to be played, and the longest stretch without a mark, in milliseconds. */
  mostAheadMs = 0;
  longestUnmarkedMs = 0;
  /** When the first sound was played, by the clock; null before. */
  firstSoundAt: number | null = null;
  readonly #options: FakePhoneOptions;
  readonly #streamId = 'MZ0123456789abcdef0123456789abcdef';
  #waiting: Waiting[] = [];
  #speech: Uint8Array[] = [];
  #heard: Uint8Array[] = [];
  #heardMs = 0;
  #quietMs = 0;
  #unmarkedMs = 0;
  #sent = 0;
  #ticks = 0;
  #startAt = 0;
  #hasLeft = false;
  #callOff = (): void => {};

  constructor(options: FakePhoneOptions) {
    this.#options = options;
  }

  /** The stream opens: what is said before time begins to pass. */
  greet(): void {
    if (this.#options.carrier === 'twilio') this.tell({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    else this.tell({ event: 'connected', version: '1.0.0' });
  }

  /** The call is joined to the stream; from now on time passes. */
  start(): void {
    this.tell(this.#start());
    if (this.#hasLeft) return;
    this.#startAt = this.#options.clock.now();
    this.#callOff = this.#options.clock.after(frameMs, this.#tick);
  }

  /** Milliseconds heard since the last clear; silence that nobody sent does not count. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** How long nothing has been played, in milliseconds. */
  get quietMs(): number {
    return this.#quietMs;
  }

  /** All that was heard, µ-law. */
  get heard(): Uint8Array {
    return joined(this.#heard);
  }

  /** The caller speaks, behind what is still being said. */
  say(ulaw: Uint8Array): void {
    for (let at = 0; at < ulaw.length; at += frameBytes) this.#speech.push(ulaw.subarray(at, at + frameBytes));
  }

  press(digit: string): void {
    const dtmf = this.#options.carrier === 'twilio' ? { track: 'inbound_track', digit } : { digit };
    this.tell({ event: 'dtmf', dtmf });
  }

  /** The caller hangs up, or the carrier takes the call elsewhere. */
  hangUp(): void {
    const ids = { callSid: this.#options.callSid ?? 'CA01', accountSid: 'AC01' };
    this.tell({ event: 'stop', stop: ids });
    this.leave();
  }

  /** Time passes no longer. */
  leave(): void {
    this.#hasLeft = true;
    this.#callOff();
  }

  /** A frame of the server. */
  take(frame: string): void {
    const told: Told = JSON.parse(frame);
    if (this.#options.carrier === 'twilio' && told.streamSid !== this.#streamId) {
      this.complaints.push(`a wrong streamSid in ${told.event}`);
    }
    switch (told.event) {
      case 'media':
        return this.#takeMedia(told.media?.payload ?? '');
      case 'mark':
        return this.#takeMark(told.mark?.name ?? '');
      case 'clear':
        return this.#clear();
      default:
        this.complaints.push(`an event that is unknown: ${frame}`);
    }
  }

  /** Says something to the server, as it is. */
  tell(body: object): void {
    this.#options.send(this.#written(body));
  }

  #start(): object {
    const { carrier, callSid = 'CA01', parameters = {}, encoding } = this.#options;
    if (carrier === 'twilio') {
      const mediaFormat = { encoding: encoding ?? 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
      const ids = { streamSid: this.#streamId, callSid, accountSid: 'AC01' };
      return { event: 'start', start: { ...ids, tracks: ['inbound'], mediaFormat, customParameters: parameters } };
    }
    const media_format = { encoding: encoding ?? 'PCMU', sample_rate: 8000, channels: 1 };
    const ids = { user_id: 'u', call_control_id: callSid, from: '+493012345', to: '+493054321' };
    return { event: 'start', start: { ...ids, custom_parameters: parameters, media_format } };
  }

  readonly #tick = (): void => {
    const { clock, mix = (frames: readonly string[]) => frames, send } = this.#options;
    this.#ticks += 1;
    const spoken = this.#speech.shift() ?? new Uint8Array();
    const frame = new Uint8Array(frameBytes).fill(silentByte);
    frame.set(spoken);
    const timestamp = String((this.#ticks - 1) * frameMs);
    const media = { track: 'inbound', chunk: String(this.#ticks), timestamp, payload: encodeBase64(frame) };
    for (const each of mix([this.#written({ event: 'media', media })], this.#ticks)) send(each);
    this.#play();
    if (this.#hasLeft) return;
    const dueAt = this.#startAt + (this.#ticks + 1) * frameMs;
    this.#callOff = clock.after(Math.max(0, dueAt - clock.now()), this.#tick);
  };

  #play(): void {
    let left = frameBytes;
    for (let next = this.#waiting[0]; next !== undefined && 'bytes' in next && left > 0; next = this.#waiting[0]) {
      this.firstSoundAt ??= this.#options.clock.now();
      const bytes = next.bytes.subarray(0, left);
      left -= bytes.length;
      this.#heard.push(bytes);
      this.#heardMs += bytes.length / bytesPerMs;
      if (bytes.length === next.bytes.length) this.#waiting.shift();
      else this.#waiting[0] = { bytes: next.bytes.subarray(bytes.length) };
      this.#passMarks();
    }
    this.#quietMs = left === frameBytes ? this.#quietMs + frameMs : 0;
  }

  #takeMedia(payload: string): void {
    const bytes = decodeBase64(payload);
    if (bytes === null || encodeBase64(bytes) !== payload) this.complaints.push('a payload that is no base64');
    if (bytes?.length !== frameBytes) this.complaints.push(`a frame of ${bytes?.length} bytes`);
    if (bytes === null) return;
    this.#waiting.push({ bytes });
    this.#unmarkedMs += bytes.length / bytesPerMs;
    this.longestUnmarkedMs = Math.max(this.longestUnmarkedMs, this.#unmarkedMs);
    const ahead = this.#waiting.reduce((sum, each) => sum + ('bytes' in each ? each.bytes.length : 0), 0);
    this.mostAheadMs = Math.max(this.mostAheadMs, ahead / bytesPerMs);
  }

  #takeMark(name: string): void {
    if (name === '') this.complaints.push('a mark without a name');
    this.marks.push(name);
    this.#unmarkedMs = 0;
    this.#waiting.push({ mark: name });
    this.#passMarks();
  }

  #clear(): void {
    this.cleared.push(this.#heardMs);
    this.#heardMs = 0;
    this.#unmarkedMs = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) if ('mark' in each) this.#sendMark(each.mark);
  }

  /** Sends back the marks before which nothing waits. */
  #passMarks(): void {
    for (let next = this.#waiting[0]; next !== undefined && 'mark' in next; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#sendMark(next.mark);
    }
  }

  #sendMark(name: string): void {
    if (this.#options.losesMarks !== true) this.tell({ event: 'mark', mark: { name } });
  }

  #written(body: object): string {
    this.#sent += 1;
    const count = String(this.#sent);
    return this.#options.carrier === 'twilio'
      ? JSON.stringify({ ...body, sequenceNumber: count, streamSid: this.#streamId })
      : JSON.stringify({ ...body, sequence_number: count, stream_id: this.#streamId });
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
