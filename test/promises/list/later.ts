import { type Area, testsIn } from '../promise.ts';

const playback = testsIn('src/core/playback/playback.test.ts');
const track = testsIn('src/server/session/track.test.ts');
const exchange = testsIn('src/server/calls/exchange.test.ts');
const calls = testsIn('src/server/calls/call.test.ts');
const overHttp = testsIn('test/calls/call.test.ts');
const overPhone = testsIn('test/telephony/call.test.ts');
const phone = testsIn('src/server/telephony/streams/calls.test.ts');
const bySip = testsIn('test/telephony/sip-api.test.ts');
const agents = testsIn('test/telephony/sip-agents.test.ts');
const chromium = testsIn('test/browser/call.test.ts');

/** What goes over other ways than a WebSocket. */
export const later: readonly Area[] = [
  {
    name: 'WebRTC, SIP, sideband control of calls',
    statements: [
      {
        id: 'webrtc-offer',
        section: '§7.1',
        promise: 'POST /v1/realtime/calls takes an SDP offer and answers with one.',
        kept: 'yes',
        proof: [
          exchange('is answered with SDP and the place of the call'),
          exchange('may come in a form, with a session, whose parts are texts or files'),
          exchange('may be a client secret, whose settings the session begins with'),
          overHttp('may come from a page, after a preflight'),
          overHttp('is refused in the shape of the API'),
        ],
      },
      {
        id: 'webrtc-channel',
        section: '§7.2',
        promise: 'Events go over the data channel oai-events, sound over tracks.',
        kept: 'yes',
        proof: [
          overHttp('holds a text turn over its channel, and a spoken one over its track'),
          overHttp('tells of binary messages and of those that make no sense, and goes on'),
          calls('is told of what is too long for its channel, and only the sideband gets it'),
        ],
      },
      {
        id: 'webrtc-browsers',
        section: '§7.2',
        promise:
          'Browsers hold spoken conversations in calls, with OpenAI’s agents package or with no library, unchanged.',
        kept: 'yes',
        proof: [
          chromium('by @openai/agents-realtime'),
          chromium('by a plain RTCPeerConnection'),
          chromium('by our client, whose playhead and view tell what was heard of the interrupted answer'),
        ],
      },
      {
        id: 'webrtc-output-buffer',
        section: '§7.3',
        promise: 'output_audio_buffer events tell what is playing.',
        kept: 'yes',
        proof: [
          playback('is started with its first sound, and stopped when all of it was heard of a response that is over'),
          playback('of two responses is started one after the other, as they are heard'),
        ],
      },
      {
        id: 'webrtc-interruption',
        section: '§7.3',
        promise: 'Speech and a clear silence a call at once, and truncate what was not heard.',
        kept: 'yes',
        proof: [
          track(
            'is silent within one packet when the user speaks; what was not heard leaves the item and what models read',
          ),
          track('clears what plays when a client asks for it, and has nothing to say where nothing plays'),
        ],
      },
      {
        id: 'sideband',
        section: '§7.4',
        promise: 'A second connection joins a call by ?call_id=.',
        kept: 'yes',
        proof: [
          overHttp('hears and says what the channel does, leaves the call up, and is closed with it'),
          overHttp('needs the key, and a call that is there'),
          calls('joins before the peer has connected, and hears and says what the channel does'),
          exchange('is that which made the secret, where it was a client secret; that itself controls nothing'),
        ],
      },
      {
        id: 'call-control',
        section: '§7.5',
        promise: 'Calls are accepted, rejected, referred and hung up by HTTP.',
        kept: 'yes',
        proof: [
          calls('ends when it is hung up, and is unknown then'),
          overHttp('makes a call, joins it and hangs it up'),
          phone('is hung up by its id, whether it rings or talks, and unknown then'),
          overPhone('is asked of the carrier by the model, after its last word, and over HTTP'),
          bySip('is accepted from within the webhook, joined, hears keys, is transferred, and then unknown'),
          bySip('is rejected, and hung up while it rings and while it is up'),
          bySip('is over for its app once the caller has given up, and joined by nobody'),
          bySip('is accepted on any node, and by no other key'),
        ],
      },
      {
        id: 'sip-webhook',
        section: '§7.6',
        promise: 'An incoming call is told by a signed webhook.',
        kept: 'yes',
        proof: [
          bySip('is signed for both the official SDK and Standard Webhooks, and tells of the headers as they came'),
          bySip('is tried again where the app fails, is slow, or sends us elsewhere, under one id and with a new time'),
          bySip('is joined before it is accepted, and what was said on the sideband meanwhile comes first'),
          bySip('are turned away from elsewhere than the peers, and no app hears of them'),
          agents(
            'speaks with an agent whose SDK has accepted the call and sits on its sideband, presses keys, and is passed on',
          ),
        ],
      },
      {
        id: 'sip-dtmf',
        section: '§2.1',
        promise: 'A pressed key is told by input_audio_buffer.dtmf_event_received.',
        kept: 'yes',
        proof: [
          phone('tells of the keys that are pressed, under no id'),
          overPhone('of %s is controlled and joined like any other'),
          bySip('is accepted from within the webhook, joined, hears keys, is transferred, and then unknown'),
        ],
      },
    ],
  },
];
