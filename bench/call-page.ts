/** What the bench of calls does in the browser. Everything it times is within the page, on one clock. */
interface Delays {
  /** From words to their echo, without the turn that they are in and the silence that ends it, in milliseconds. */
  readonly echo: readonly number[];
  /** From a word to the same word out of another connection of this browser: sound that goes one way. */
  readonly oneWay: readonly number[];
}

interface Joined {
  readonly connection: RTCPeerConnection;
  readonly channel: RTCDataChannel;
  readonly track: MediaStreamTrack;
  /** From the offer to the open channel, in milliseconds. */
  readonly openMs: number;
}

/** What takes an offer, and gives the answer. */
type Other = (offer: string) => Promise<string>;

const silenceMs = 500;
const audible = 0.02;
const until = async (isMet: () => boolean): Promise<void> => {
  while (!isMet()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The server's end of a call. */
function serverOf(url: string): Other {
  return async (offer) => {
    const headers = { 'Content-Type': 'application/sdp' };
    const answer = await fetch(`${url}/v1/realtime/calls?model=echo`, { method: 'POST', headers, body: offer });
    return answer.text();
  };
}

/** Another connection of this browser, which says what `mouth` says: its track, or nothing. */
function sameBrowser(mouth: MediaStreamTrack | null, heard: (track: MediaStreamTrack) => void): Other {
  return async (offer) => {
    const other = new RTCPeerConnection();
    other.addEventListener('track', ({ track }) => heard(track));
    await other.setRemoteDescription({ type: 'offer', sdp: offer });
    if (mouth !== null) other.addTrack(mouth);
    await other.setLocalDescription();
    await until(() => other.iceGatheringState === 'complete');
    return other.localDescription?.sdp ?? '';
  };
}

async function join(other: Other, mouth: MediaStreamTrack): Promise<Joined> {
  const connection = new RTCPeerConnection();
  const { receiver } = connection.addTransceiver(mouth);
  const channel = connection.createDataChannel('oai-events');
  const opened = new Promise((resolve) => channel.addEventListener('open', resolve));
  await connection.setLocalDescription();
  const start = performance.now();
  await connection.setRemoteDescription({ type: 'answer', sdp: await other(connection.localDescription?.sdp ?? '') });
  await opened;
  return { connection, channel, track: receiver.track, openMs: performance.now() - start };
}

async function timesToOpen(make: () => Other, calls: number): Promise<number[]> {
  const [mouth] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
  if (mouth === undefined) throw new Error('no track');
  const times: number[] = [];
  for (let call = 0; call < calls; call++) {
    const { connection, openMs } = await join(make(), mouth);
    times.push(openMs);
    connection.close();
  }
  return times;
}

const recorder = `
  registerProcessor('both', class extends AudioWorkletProcessor {
    process([input]) {
      const [mouth, ear] = input;
      if (mouth && ear) this.port.postMessage([mouth.slice(), ear.slice()]);
      return true;
    }
  });`;

/** A mouth that says the words when told to, and what it and an ear have said and heard, sample by sample. */
async function mouthAndEar(words: AudioBuffer, context: AudioContext) {
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' })));
  const mouth = context.createMediaStreamDestination();
  const both = new ChannelMergerNode(context, { numberOfInputs: 2 });
  const node = new AudioWorkletNode(context, 'both', { channelCount: 2, channelCountMode: 'explicit' });
  both.connect(node).connect(context.destination);
  const said: number[] = [];
  const heard: number[] = [];
  node.port.addEventListener('message', ({ data }: MessageEvent<[Float32Array, Float32Array]>) => {
    said.push(...data[0]);
    heard.push(...data[1]);
  });
  node.port.start();
  return {
    said,
    heard,
    track: mouth.stream.getAudioTracks()[0] ?? null,
    hear(track: MediaStreamTrack): void {
      const stream = new MediaStream([track]);
      const speaker = new Audio();
      speaker.srcObject = stream;
      speaker.muted = true;
      void speaker.play();
      context.createMediaStreamSource(stream).connect(both, 0, 1);
    },
    say(): void {
      const source = new AudioBufferSourceNode(context, { buffer: words });
      source.connect(mouth);
      source.connect(both, 0, 0);
      source.start();
    },
  };
}

type Ears = Awaited<ReturnType<typeof mouthAndEar>>;

/** Says the words, waits until the ear has heard them, and gives the places of what was said and heard, in milliseconds. */
async function heardBack({ said, heard, say }: Ears, context: AudioContext) {
  const from = said.length;
  const quiet = context.sampleRate * 0.7;
  const isLoud = (sample: number) => Math.abs(sample) > audible;
  say();
  await until(() => heard.slice(from).some(isLoud));
  await until(() => !heard.slice(-quiet).some(isLoud));
  const ms = (samples: number) => (samples * 1000) / context.sampleRate;
  return {
    saidFromMs: ms(said.slice(from).findIndex(isLoud)),
    saidToMs: ms(said.slice(from).findLastIndex(isLoud)),
    heardFromMs: ms(heard.slice(from).findIndex(isLoud)),
    heardToMs: ms(heard.slice(from).findLastIndex(isLoud)),
  };
}

interface Told {
  readonly type: string;
  readonly audio_start_ms?: number;
  readonly audio_end_ms?: number;
}

/** The events of a channel as they come. */
function eventsOf(channel: RTCDataChannel) {
  const events: Told[] = [];
  channel.addEventListener('message', ({ data }) => events.push(JSON.parse(data)));
  return {
    send: (event: object) => channel.send(JSON.stringify(event)),
    async last(type: string): Promise<Told | undefined> {
      await until(() => events.some((event) => event.type === type));
      return events.findLast((event) => event.type === type);
    },
  };
}

/** How long the newest turn is as the server took it, in milliseconds: all of that passes before its echo can begin. */
async function turnMs({ last }: ReturnType<typeof eventsOf>): Promise<number> {
  const [started, stopped] = [
    await last('input_audio_buffer.speech_started'),
    await last('input_audio_buffer.speech_stopped'),
  ];
  return (stopped?.audio_end_ms ?? 0) - (started?.audio_start_ms ?? 0);
}

async function delays(url: string, wav: string, times: number): Promise<Delays> {
  const context = new AudioContext();
  const bytes = Uint8Array.from(atob(wav), (character) => character.charCodeAt(0));
  const words = await context.decodeAudioData(bytes.buffer);
  const [called, own] = [await mouthAndEar(words, context), await mouthAndEar(words, context)];
  if (called.track === null || own.track === null) throw new Error('no track');
  const { channel, track } = await join(serverOf(url), called.track);
  called.hear(track);
  const events = eventsOf(channel);
  const detection = { type: 'server_vad', silence_duration_ms: silenceMs, prefix_padding_ms: 0 };
  const session = { type: 'realtime', audio: { input: { turn_detection: detection } } };
  events.send({ type: 'session.update', session });
  await events.last('session.updated');
  await join(sameBrowser(null, own.hear), own.track);
  const echo: number[] = [];
  const oneWay: number[] = [];
  for (let time = 0; time < times; time++) {
    const echoed = await heardBack(called, context);
    echo.push(echoed.heardToMs - echoed.saidToMs - (await turnMs(events)));
    const passed = await heardBack(own, context);
    oneWay.push(passed.heardFromMs - passed.saidFromMs);
  }
  return { echo, oneWay };
}

const callBench = {
  delays,
  openTimes: (url: string, calls: number) => timesToOpen(() => serverOf(url), calls),
  ownOpenTimes: (calls: number) => timesToOpen(() => sameBrowser(null, () => {}), calls),
};

declare global {
  var callBench: {
    delays(url: string, wav: string, times: number): Promise<Delays>;
    openTimes(url: string, calls: number): Promise<number[]>;
    ownOpenTimes(calls: number): Promise<number[]>;
  };
}

globalThis.callBench = callBench;
