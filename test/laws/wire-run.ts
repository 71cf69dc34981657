import { bytesPerMs, ClientView, speechMs } from '../../src/laws/client-view.ts';
import type { ServerEvent } from '../../src/laws/trace.ts';
import { type Cause, type Moment, type Trace, traceOf } from '../../src/laws/trace.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { admit } from '../../src/server/session/client-frame.ts';
import type { Docking } from '../../src/server/session/docking.ts';
import type { SessionHandle } from '../../src/server/session/host.ts';
import { openSession } from '../../src/server/session/session.ts';
import { type CallMedia, callMedia, type PlayedPacket } from '../../src/testing/call-media.ts';
import { type Program, resolveName, resolveNames, type Step } from '../../src/testing/program.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/virtual-clock.ts';
import { type MemoryWire, memoryPair } from '../../src/wire/memory.ts';
import type { Wire } from '../../src/wire/wire.ts';
import { eventIdIn } from './frame-id.ts';
import { noiseFrom, type WireEngines, wireEngines } from './wire-engines.ts';

/** An append as the client sent it. */
export interface Appended {
  readonly eventId: string;
  readonly bytes: Buffer;
}

/** A program run on a whole session over a wire in memory. */
export interface WireRun {
  readonly trace: Trace;
  /** Every frame that the client read, as text. */
  readonly frames: readonly string[];
  readonly appended: readonly Appended[];
  readonly engines: WireEngines;
  /** What was sent when nothing may be sent any more. */
  readonly late: readonly string[];
  /** Timers that wait after the end. */
  readonly timers: number;
  /** What was played in a call, packet by packet, and when clients were told that a response was cleared. */
  readonly call: { readonly packets: readonly PlayedPacket[]; readonly clearedAt: ReadonlyMap<string, number> } | null;
}

/** How the client reaches the session. */
export interface Connection extends Pick<MemoryWire, 'open' | 'send' | 'close' | 'hold' | 'release'> {
  /** The session's own end. */
  readonly server: Wire;
  /** Looks after the session, where something does. */
  readonly docking?: Docking;
  began?(session: SessionHandle): void;
}

/** How the pieces of the engines come. */
export type Pace = 'plain' | 'async';

/** A frame larger than this is refused; a reader that leaves more than this unread is dropped. */
const frameBytes = 100_000;
const unsentBytes = 150_000;

const sayMs = 4;
/** What is played in one step at most, in milliseconds. */
const mostHeardMs = 1000;
const askedModel = 'test';

/** Runs a program over a wire, looks every item up, hangs up, and waits until the session has let go of everything. */
export async function runOnWire(program: Program, pace: Pace, connect: Connect = direct): Promise<WireRun> {
  const run = new Run(program, pace, connect);
  await run.open();
  for (const each of program.steps) await run.step(each);
  await run.finish();
  return run.result();
}

type Connect = (clock: VirtualClock, modelName: string | null) => Connection;

/** One wire, from beginning to end. */
const direct: Connect = () => {
  const [server, client] = memoryPair();
  return {
    server,
    open: (listener) => client.open(listener),
    send: (text) => client.send(text),
    close: (code, reason) => client.close(code, reason),
    hold: () => client.hold(),
    release: () => client.release(),
  };
};

class Run {
  readonly #pace: Pace;
  readonly #clock: VirtualClock = virtualClock();
  readonly #engines: WireEngines;
  readonly #view = new ClientView();
  readonly #moments: Moment[] = [];
  readonly #frames: string[] = [];
  readonly #appended: Appended[] = [];
  readonly #late: string[] = [];
  readonly #noise = noiseFrom(2);
  readonly #media: CallMedia | null;
  readonly #clearedAt = new Map<string, number>();
  readonly #client: Connection;
  readonly #handle: SessionHandle;
  #sent: ServerEvent[] = [];
  #causes: Cause[] = [];
  #isHeld = false;
  #isClosed = false;
  #toldClosed = false;
  #ownIds = 0;

  constructor(program: Program, pace: Pace, connect: Connect) {
    this.#pace = pace;
    this.#engines = wireEngines(program, pace === 'async');
    const modelName = program.session === 'realtime' ? askedModel : null;
    const client = connect(this.#clock, modelName);
    this.#client = client;
    client.open({
      frame: (text) => this.#read(text),
      binary: () => {},
      drained: () => {},
      closed: () => {
        this.#isClosed = true;
      },
    });
    const { rules, hasMedia } = program;
    this.#media = hasMedia ? callMedia(this.#clock) : null;
    this.#handle = openSession({
      wire: this.#watched(client.server),
      model: this.#engines.model,
      modelName,
      clock: this.#clock,
      limits: {
        ...defaultLimits,
        sessionMinutes: rules.maxAgeMs / 60_000,
        bufferedAudioSeconds: rules.maxBufferedMs / 1000,
        responses: rules.maxResponses,
        frameBytes,
        unsentBytes,
      },
      sendConversationCreated: rules.sendConversationCreated,
      log: silentLog,
      ...(this.#media !== null && { media: this.#media }),
      ...(client.docking !== undefined && { docking: client.docking }),
    });
    client.began?.(this.#handle);
  }

  result(): WireRun {
    return {
      trace: traceOf(this.#moments, this.#media !== null),
      frames: this.#frames,
      appended: this.#appended,
      engines: this.#engines,
      late: this.#late,
      timers: this.#clock.waiting,
      call: this.#media === null ? null : { packets: this.#media.packets, clearedAt: this.#clearedAt },
    };
  }

  async open(): Promise<void> {
    await this.#act({ by: 'server', what: 'the session opens' }, () => {});
  }

  async step(each: Step): Promise<void> {
    switch (each.do) {
      case 'send':
        return this.#send(resolveNames(each.event, (name) => this.#resolve(name)));
      case 'frame':
        return this.#frame(each.text);
      case 'truncate':
        return this.#truncate(each);
      case 'append':
        return this.#media === null
          ? this.#append(each.ms, each.plusBytes, each.speech)
          : this.#speak(each.ms, each.speech);
      case 'say':
      case 'hear':
      case 'mcp':
        return this.#wait(sayMs);
      case 'play':
        return this.#wait(Math.min(each.ms, mostHeardMs));
      case 'wait':
        return this.#wait(each.ms);
      case 'timer':
        return this.#wait(6000);
      case 'drain':
        return this.#act({ by: 'server', what: 'the server drains' }, () => this.#handle.drain());
      case 'hang-up':
        return this.#hangUp();
      case 'lag':
      case 'hold':
        return this.#hold();
      case 'release':
        return this.#release();
      default:
        return each satisfies never;
    }
  }

  /** Lets what runs come to its end, asks for every item that ever was, and hangs up. */
  async finish(): Promise<void> {
    await this.#release();
    await this.#wait(300);
    const ids = [...this.#view.order, ...this.#view.deleted.slice(-2), ...this.#view.hidden.slice(-2)];
    for (const item_id of ids) await this.#send({ type: 'conversation.item.retrieve', item_id });
    const type = this.#view.config?.type ?? 'realtime';
    await this.#send({ type: 'session.update', session: { type } });
    await this.#hangUp();
    await this.#handle.ended;
    await settled();
  }

  async #hangUp(): Promise<void> {
    await this.#release();
    await this.#act({ by: 'server', what: 'the client goes' }, () => this.#client.close(1000, 'bye'));
  }

  #read(text: string): void {
    this.#frames.push(text);
    const event: ServerEvent = JSON.parse(text);
    this.#sent.push(event);
    if (event.type === 'output_audio_buffer.cleared') this.#clearedAt.set(event.response_id, this.#clock.now());
  }

  /** The session's end of the wire; what it sends after its close is noted. */
  #watched(wire: Wire): Wire {
    let isOver = false;
    return {
      get pendingBytes() {
        return wire.pendingBytes;
      },
      open: (listener) =>
        wire.open({
          ...listener,
          closed: (why) => {
            isOver = true;
            listener.closed(why);
          },
        }),
      send: (text) => {
        if (isOver) this.#late.push(text);
        wire.send(text);
      },
      close: (code, reason) => {
        isOver = true;
        wire.close(code, reason);
      },
    };
  }

  /** One thing happens; what it causes at once is its moment, what engines add in later turns is another. */
  async #act(cause: Cause, act: () => void): Promise<void> {
    const wasClosed = this.#toldClosed;
    this.#causes.push(cause);
    act();
    if (!this.#isHeld) this.#tell(wasClosed && cause.by !== 'server');
    if (this.#pace === 'plain') return;
    await settled();
    if (this.#isHeld) return;
    this.#causes.push({ by: 'server', what: 'engines go on' });
    this.#tell(true);
  }

  /** `onlyNews`: a moment without anything sent is none. */
  #tell(onlyNews: boolean): void {
    const [causes, sent] = [this.#causes, this.#sent];
    this.#causes = [];
    this.#sent = [];
    const closes = this.#isClosed && !this.#toldClosed;
    this.#toldClosed = this.#isClosed;
    if (!onlyNews || sent.length > 0 || closes) this.#moments.push({ causes, sent, closes });
    for (const event of sent) this.#view.read(event);
  }

  #resolve(name: string): string {
    return name === '@own' ? `own_${this.#ownIds++}` : resolveName(name, this.#view);
  }

  async #send(event: object): Promise<void> {
    const text = JSON.stringify(event);
    // Sound that waits unread would be of a format that nobody knows.
    if (this.#isHeld && text.includes('"format"')) return;
    return this.#frame(text);
  }

  async #frame(text: string): Promise<void> {
    const input = admit(text, 0, frameBytes);
    const cause: Cause =
      input.from === 'client'
        ? { by: 'client', event: input.event }
        : { by: 'mistake', text, eventId: eventIdIn(text) };
    return this.#act(cause, () => this.#client.send(text));
  }

  async #truncate({ item, contentIndex, share, plusMs }: Extract<Step, { do: 'truncate' }>): Promise<void> {
    const item_id = this.#resolve(item);
    const held = this.#view.speech.get(item_id);
    const audio_end_ms = Math.ceil((held === undefined ? 0 : speechMs(held)) * share) + plusMs;
    return this.#send({ type: 'conversation.item.truncate', item_id, content_index: contentIndex, audio_end_ms });
  }

  async #append(ms: number, plusBytes: number, speech: boolean): Promise<void> {
    this.#engines.speaking = speech;
    const bytes = this.#noise(ms * bytesPerMs(this.#view.input.format ?? {}) + plusBytes);
    const eventId = `append_${this.#appended.length}`;
    this.#appended.push({ eventId, bytes });
    const event = { type: 'input_audio_buffer.append', event_id: eventId, audio: bytes.toString('base64') };
    const cause: Cause = { by: 'microphone', bytes: bytes.byteLength, eventId };
    return this.#act(cause, () => this.#client.send(JSON.stringify(event)));
  }

  /** Somebody speaks into the track of a call, or nobody does. */
  async #speak(ms: number, speech: boolean): Promise<void> {
    this.#engines.speaking = speech;
    await this.#wait(ms);
    this.#engines.speaking = false;
  }

  /** Time passes in small steps, so that pieces that come in later turns find their pauses. */
  async #wait(ms: number): Promise<void> {
    const parts = this.#pace === 'plain' || ms < 10 ? 1 : 12;
    for (let part = 0; part < parts; part++) {
      await this.#act({ by: 'server', what: `${ms / parts} ms pass` }, () => this.#clock.advance(ms / parts));
    }
  }

  async #hold(): Promise<void> {
    if (this.#isHeld || this.#isClosed) return;
    this.#isHeld = true;
    this.#causes.push({ by: 'server', what: 'the client stops reading' });
    this.#client.hold();
  }

  async #release(): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    await this.#act({ by: 'server', what: 'the client reads on' }, () => this.#client.release());
  }
}

/** Everything that promises have to do now is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
