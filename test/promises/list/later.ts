import type { Area, Statement } from '../promise.ts';

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
      notYet('webrtc-output-buffer', '§7.3', 'output_audio_buffer events tell what is playing.'),
      notYet('law-23', '§9', 'Each output_audio_buffer.started has one stopped or cleared.'),
      notYet('sideband', '§7.4', 'A second connection joins a call by ?call_id=.'),
      notYet('call-control', '§7.5', 'Calls are accepted, rejected, referred and hung up by HTTP.'),
      notYet('sip-webhook', '§7.6', 'An incoming call is told by a signed webhook.'),
      notYet('sip-dtmf', '§2.1', 'A pressed key is told by input_audio_buffer.dtmf_event_received.'),
    ],
  },
];
