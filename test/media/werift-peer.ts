import { MediaStreamTrack, type RTCDataChannel, RTCPeerConnection, useOPUS, usePCMA, usePCMU } from 'werift';
import { parseRtp, type RtpPacket } from '../../src/media/rtp.ts';

export interface OfferOptions {
  /** How the sound is offered; null for none. Default `sendrecv`. */
  readonly sound?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' | null;
  /** Default Opus, then µ-law. */
  readonly codecs?: readonly ('opus' | 'PCMU' | 'PCMA')[];
  /** The labels of the data channels, in the order they are made. Default `oai-events`. */
  readonly channels?: readonly string[];
  /** The longest message it says it takes. Default 262,144. */
  readonly maxMessageSize?: number;
}

/** The other side of a call, over loopback. */
export interface WeriftPeer {
  readonly offer: string;
  readonly channels: readonly RTCDataChannel[];
  /** Messages that came over each channel, by its label. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
  /** RTP that came, and when, by `performance.now()`. */
  readonly packets: readonly RtpPacket[];
  readonly times: readonly number[];
  /** Types of the RTCP packets that came about what it hears, and about what it says. */
  readonly reports: ReadonlySet<string>;
  answer(sdp: string): Promise<void>;
  /** Sends an RTP packet of the offered sound. */
  send(packet: Uint8Array): void;
  state(): string;
  close(): Promise<void>;
}

const codecs = { opus: useOPUS, PCMU: usePCMU, PCMA: usePCMA } as const;

export async function weriftPeer({
  sound = 'sendrecv',
  codecs: names = ['opus', 'PCMU'],
  channels: labels = ['oai-events'],
  maxMessageSize = 262_144,
}: OfferOptions = {}): Promise<WeriftPeer> {
  const connection = new RTCPeerConnection({
    codecs: { audio: names.map((name) => codecs[name]()) },
    iceServers: [],
    bundlePolicy: 'max-bundle', // else it opens sockets that it never closes
    iceUseIpv6: false,
    iceUseTcp: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceFilterCandidatePair: ({ localCandidate }) => localCandidate.host === '127.0.0.1',
    maxMessageSize,
  });
  const packets: RtpPacket[] = [];
  const times: number[] = [];
  connection.onTrack.subscribe((track) =>
    track.onReceiveRtp.subscribe((rtp) => {
      packets.push(parseRtp(rtp.serialize()) ?? fail());
      times.push(performance.now());
    }),
  );
  const track = new MediaStreamTrack({ kind: 'audio' });
  if (sound !== null) connection.addTransceiver(sound === 'recvonly' ? 'audio' : track, { direction: sound });
  const reports = new Set<string>();
  for (const { receiver, sender } of connection.getTransceivers()) {
    receiver.onRtcp.subscribe(({ type }) => reports.add(`heard ${type}`));
    sender.onRtcp.subscribe(({ type }) => reports.add(`said ${type}`));
  }
  const messages = new Map<string, string[]>(labels.map((label) => [label, []]));
  const channels = labels.map((label) => {
    const channel = connection.createDataChannel(label);
    channel.onMessage.subscribe((message) => messages.get(label)?.push(message.toString()));
    return channel;
  });
  await connection.setLocalDescription(await connection.createOffer());
  return {
    offer: connection.localDescription?.sdp ?? '',
    channels,
    messages,
    packets,
    times,
    reports,
    answer: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
    send: (packet) => track.writeRtp(Buffer.from(packet)),
    state: () => connection.connectionState,
    close: () => connection.close(),
  };
}

function fail(): never {
  throw new Error('werift gave a packet that is no RTP');
}
