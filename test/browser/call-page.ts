import {
  RealtimeSession as AgentsSession,
  tool as agentsTool,
  type FunctionTool,
  OpenAIRealtimeWebRTC,
  RealtimeAgent,
} from '@openai/agents-realtime';
import { type ConnectionChange, createPlayhead, drivePlayhead, runTools, startSession, tool } from 'antiphon/client';
import { type WebRtcCall, webrtc } from 'antiphon/client/browser';
import { bench, type Recorder } from './bench-page.ts';

/** A call that a test looks at from outside of the client that makes it. */
export interface Witness {
  /** What came over the data channel, in order. */
  readonly events: readonly Told[];
  /** What the client sent. */
  readonly sent: readonly Told[];
  /** Waits for an event; counts those of the type from 0. */
  event(type: string, nth?: number): Promise<Told>;
  /** Sends an event beside the client's. */
  send(event: Told): void;
  /** Has the microphone hear the browser's file from its beginning, each time anew. Until then it hears nothing. */
  speak(): Promise<void>;
  /** Waits until so many milliseconds have come out since the first sound. */
  hear(ms: number): Promise<void>;
  /** How much has come out, silence included, in samples at 24 kHz. */
  position(): Promise<number>;
  /** What came out from a position on, as 16-bit samples in base64, once it has been silent for a while. Default: all. */
  sound(from?: number): Promise<string>;
}

export interface Told {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  readonly [field: string]: any;
}

/** How a client calls. */
interface Calling {
  /** Of the server, without a path. */
  readonly url: string;
  readonly model: string;
  readonly key: string;
}

const sampleRate = 24_000;
const channels: RTCDataChannel[] = [];
const events: Told[] = [];
const sent: Told[] = [];
let recorder: Promise<Recorder> | null = null;

/** The browser's own, whose data channel and sound are looked at. */
class WatchedConnection extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    this.addEventListener('track', ({ track }) => {
      const context = new AudioContext({ sampleRate });
      recorder = bench.record(context.createMediaStreamSource(new MediaStream([track])));
    });
  }

  override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, options);
    channel.addEventListener('message', ({ data }) => events.push(JSON.parse(data)));
    const send = channel.send.bind(channel);
    channel.send = (data: unknown) => {
      sent.push(JSON.parse(String(data)));
      send(String(data));
    };
    channels.push(channel);
    return channel;
  }
}
globalThis.RTCPeerConnection = WatchedConnection;

/** A microphone that is there at once and hears the device only when it is told to, so that no word is said too early. */
const ears = new AudioContext().createMediaStreamDestination();
let device: MediaStream | null = null;
const openDevice = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => Promise.resolve(ears.stream);

async function until<T>(what: string, find: () => T | undefined): Promise<T> {
  let found: T | undefined;
  await bench.until(what, () => (found = find()) !== undefined);
  return found as T;
}

const quietSamples = sampleRate / 2;
const isLoud = (sample: number): boolean => Math.abs(sample) > 0.01;

const witness: Witness = {
  events,
  sent,
  event: (type, nth = 0) => until(`${type} ${nth}`, () => events.filter((event) => event.type === type)[nth]),
  send: (event) => channels.at(-1)?.send(JSON.stringify(event)),
  async speak() {
    for (const track of device?.getTracks() ?? []) track.stop();
    device = await openDevice({ audio: true });
    (ears.context as AudioContext).createMediaStreamSource(device).connect(ears);
  },
  async hear(ms) {
    const { samples } = (await recorder) ?? { samples: [] };
    let first = -1;
    await bench.until(`${ms} ms of sound`, () => {
      if (first < 0) first = samples.findIndex(isLoud);
      return first >= 0 && samples.length - first > (ms * sampleRate) / 1000;
    });
  },
  position: async () => (await recorder)?.samples.length ?? 0,
  async sound(from = 0) {
    const { samples } = (await recorder) ?? { samples: [] };
    const now = samples.length;
    await bench.until(
      'silence',
      () => samples.length > now + quietSamples && !samples.slice(-quietSamples).some(isLoud),
    );
    const pcm = Int16Array.from(samples.slice(from), (sample) => Math.round(sample * 32_767));
    const bytes = new Uint8Array(pcm.buffer);
    let text = '';
    for (let at = 0; at < bytes.length; at += 30_000) text += String.fromCharCode(...bytes.subarray(at, at + 30_000));
    return btoa(text);
  },
};

const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
} as const;

/** A short breath ends no turn. */
const audio = { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 500 } } } as const;

/** The clients, each as its documentation has it. */
const clients = {
  async agents({ url, key, model }: Calling): Promise<void> {
    const getWeather: FunctionTool = agentsTool({ ...weather, strict: true, execute: () => 'sunny' } as never);
    const agent = new RealtimeAgent({ name: 'assistant', instructions: 'Be brief.', tools: [getWeather] });
    const transport = new OpenAIRealtimeWebRTC({ baseUrl: `${url}/v1/realtime/calls` });
    await new AgentsSession(agent, { transport, model }).connect({ apiKey: key });
  },

  async plain({ url, key, model }: Calling): Promise<void> {
    const connection = new RTCPeerConnection();
    const player = document.createElement('audio');
    player.autoplay = true;
    connection.ontrack = ({ streams }) => {
      player.srcObject = streams[0] ?? null;
    };
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of microphone.getTracks()) connection.addTrack(track);
    const channel = connection.createDataChannel('oai-events');
    const send = (event: Told) => channel.send(JSON.stringify(event));
    channel.addEventListener('open', () =>
      send({ type: 'session.update', session: { type: 'realtime', audio, tools: [{ type: 'function', ...weather }] } }),
    );
    channel.addEventListener('message', ({ data }) => {
      const { type, response } = JSON.parse(data);
      for (const item of type === 'response.done' ? response.output : []) {
        if (item.type !== 'function_call') continue;
        const output = { type: 'function_call_output', call_id: item.call_id, output: 'sunny' };
        send({ type: 'conversation.item.create', item: output });
        send({ type: 'response.create' });
      }
    });
    const offer = await connection.createOffer();
    await connection.setLocalDescription(offer);
    const answer = await fetch(`${url}/v1/realtime/calls?model=${model}`, {
      method: 'POST',
      body: offer.sdp ?? '',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/sdp' },
    });
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  },

  async ours({ url, key, model }: Calling): Promise<void> {
    const call = webrtc();
    const session = startSession({ url, key, model, transport: call, session: { type: 'realtime', audio } });
    const playhead = createPlayhead(call.source);
    let estimateMs = 0;
    // Before the playhead learns what the server knows.
    session.on('conversation.item.truncated', ({ item_id }) => {
      estimateMs = playhead.heardMs(item_id);
    });
    drivePlayhead(session, playhead);
    runTools(session, [tool({ ...weather, run: () => 'sunny' })]);
    const changes: ConnectionChange[] = [];
    session.onConnection((change) => void changes.push(change));
    await session.ready;
    globalThis.ours = {
      call,
      firstCallId: call.callId,
      changes,
      heard: (itemId) => ({ estimateMs, heardMs: playhead.heardMs(itemId) }),
    };
  },
};

export type Client = keyof typeof clients;

declare global {
  /** What our own client gives: its call, what became of its connections, and how much was heard of an item by the statistics, and after all. */
  var ours: {
    readonly call: WebRtcCall;
    readonly firstCallId: string | null;
    readonly changes: readonly ConnectionChange[];
    heard(itemId: string): { readonly estimateMs: number; readonly heardMs: number };
  };
  var witness: Witness;
  var clients: Record<Client, (calling: Calling) => Promise<void>>;
}

Object.assign(globalThis, { witness, clients });
