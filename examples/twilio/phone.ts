/**
 * A call without a telephone: Twilio's side of a media stream, after
 * https://www.twilio.com/docs/voice/media-streams/websocket-messages. Every 20 ms a frame of the caller's sound leaves,
 * silence where nothing is said, and a frame of what came is played; a mark goes back when all before it has been played,
 * and at once on a clear, which drops what waits.
 */
import { Buffer } from 'node:buffer';
import { WebSocket } from 'ws';

const frameBytes = 160;
const frameMs = 20;
const bytesPerMs = frameBytes / frameMs;
const silence = Buffer.alloc(frameBytes, 0xff);

/** What waits to be played, in order. */
type Waiting = { readonly mark: string } | { bytes: number };

type Told =
  | { readonly event: 'media'; readonly streamSid: string; readonly media: { readonly payload: string } }
  | { readonly event: 'mark'; readonly streamSid: string; readonly mark: { readonly name: string } }
  | { readonly event: 'clear'; readonly streamSid: string };

/** What the caller had heard since the clear before, in milliseconds: in all, and where marks went back. */
export interface Heard {
  readonly ms: number;
  readonly marksMs: readonly number[];
}

export class Phone {
  /** What Twilio would not have understood. */
  readonly complaints: string[] = [];
  /** One for each clear. */
  readonly cleared: Heard[] = [];
  readonly #socket: WebSocket;
  readonly #streamSid = 'MZ0123456789abcdef0123456789abcdef';
  readonly #timer: NodeJS.Timeout;
  #waiting: Waiting[] = [];
  #speech = Buffer.alloc(0);
  #marksMs: number[] = [];
  #heardMs = 0;
  #quietMs = 0;
  #sent = 0;
  #frames = 0;
  #watchers: (() => void)[] = [];
  #isOver = false;

  /** `speed` makes time pass faster, for both sides of the call. */
  private constructor(socket: WebSocket, speed: number) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#take(JSON.parse(String(data)));
      this.#changed();
    });
    socket.on('close', () => {
      this.#isOver = true;
      clearInterval(this.#timer);
      this.#changed();
    });
    this.#timer = setInterval(() => this.#tick(), frameMs / speed);
  }

  /** Calls: opens the stream that `POST /call` names. */
  static async call(appUrl: string, speed = 1): Promise<Phone> {
    const answer = await fetch(new URL('/call', appUrl), { method: 'POST' });
    const named = /<Stream url="wss:\/\/[^/]+(\/[^"]*)"/.exec(await answer.text())?.[1];
    if (named === undefined) throw new Error('The answer names no stream.');
    const socket = new WebSocket(new URL(named, appUrl));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const phone = new Phone(socket, speed);
    phone.#tell({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = {
      streamSid: phone.#streamSid,
      callSid: 'CA01',
      accountSid: 'AC01',
      tracks: ['inbound'],
      mediaFormat,
    };
    phone.#tell({ event: 'start', start: { ...start, customParameters: {} } });
    return phone;
  }

  /** What the caller has heard since the last clear, in milliseconds. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** The caller speaks, in µ-law, behind what is still being said. */
  say(ulaw: Uint8Array): void {
    this.#speech = Buffer.concat([this.#speech, ulaw]);
  }

  /** Waits until the other side has said something and nothing for a second. */
  async hearOut(): Promise<void> {
    await this.until('something was said', () => this.#quietMs === 0 && this.#heardMs > 0);
    await this.until('there was silence', () => this.#quietMs >= 1000);
  }

  /** Waits until something is so; throws where the stream ends before. */
  until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isSo()) resolve();
        else if (this.#isOver) reject(new Error(`The stream ended before ${what}.`));
        else this.#watchers.push(look);
      };
      look();
    });
  }

  hangUp(): void {
    this.#tell({ event: 'stop', stop: { callSid: 'CA01', accountSid: 'AC01' } });
    this.#socket.close(1000);
  }

  #tick(): void {
    const frame = Buffer.concat([this.#speech.subarray(0, frameBytes), silence]).subarray(0, frameBytes);
    this.#speech = this.#speech.subarray(frameBytes);
    const [chunk, timestamp] = [String(this.#frames + 1), String(this.#frames * frameMs)];
    this.#frames += 1;
    this.#tell({ event: 'media', media: { track: 'inbound', chunk, timestamp, payload: frame.toString('base64') } });
    this.#play();
    this.#changed();
  }

  #play(): void {
    let left = frameBytes;
    for (let next = this.#waiting[0]; next !== undefined && 'bytes' in next && left > 0; next = this.#waiting[0]) {
      const bytes = Math.min(left, next.bytes);
      left -= bytes;
      next.bytes -= bytes;
      this.#heardMs += bytes / bytesPerMs;
      if (next.bytes === 0) this.#waiting.shift();
      this.#passMarks();
    }
    this.#quietMs = left === frameBytes ? this.#quietMs + frameMs : 0;
  }

  #take(told: Told): void {
    if (told.streamSid !== this.#streamSid) this.complaints.push(`a wrong streamSid in ${told.event}`);
    switch (told.event) {
      case 'media': {
        const bytes = Buffer.from(told.media.payload, 'base64');
        if (bytes.toString('base64') !== told.media.payload) this.complaints.push('a payload that is no base64');
        this.#waiting.push({ bytes: bytes.length });
        break;
      }
      case 'mark':
        this.#waiting.push({ mark: told.mark.name });
        this.#passMarks();
        break;
      case 'clear':
        this.#clear();
        break;
      default:
        this.complaints.push(`an event that is unknown: ${JSON.stringify(told)}`);
    }
  }

  #clear(): void {
    this.cleared.push({ ms: this.#heardMs, marksMs: this.#marksMs });
    this.#heardMs = 0;
    this.#marksMs = [];
    for (const each of this.#waiting) if ('mark' in each) this.#sendMark(each.mark);
    this.#waiting = [];
  }

  /** Sends back the marks before which nothing waits. */
  #passMarks(): void {
    for (let next = this.#waiting[0]; next !== undefined && 'mark' in next; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#marksMs.push(this.#heardMs);
      this.#sendMark(next.mark);
    }
  }

  #sendMark(name: string): void {
    this.#tell({ event: 'mark', mark: { name } });
  }

  #tell(body: object): void {
    this.#sent += 1;
    const message = { ...body, sequenceNumber: String(this.#sent), streamSid: this.#streamSid };
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const look of watchers) look();
  }
}
