import { type Area, type Statement, testsIn } from '../promise.ts';

const playback = testsIn('src/core/playback/playback.test.ts');
const track = testsIn('src/server/session/track.test.ts');

function notYet(id: string, section: string, promise: string): Statement {
  return { id, section, promise, kept: 'no', missing: 'not built yet' };
}

/** What goes over other ways than a WebSocket. */
export const later: readonly Area[] = [
  {
    name: 'WebRTC, SIP, sideband control of calls',
    statements: [
      notYet('webrtc-offer', '§7.1', 'POST /v1/realtime/calls takes an SDP offer and answers with one.'),
      notYet('webrtc-channel', '§7.2', 'Events go over the data channel oai-events, sound over tracks.'),
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
      notYet('sideband', '§7.4', 'A second connection joins a call by ?call_id=.'),
      notYet('call-control', '§7.5', 'Calls are accepted, rejected, referred and hung up by HTTP.'),
      notYet('sip-webhook', '§7.6', 'An incoming call is told by a signed webhook.'),
      notYet('sip-dtmf', '§2.1', 'A pressed key is told by input_audio_buffer.dtmf_event_received.'),
    ],
  },
];
