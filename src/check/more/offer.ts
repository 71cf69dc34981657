const rows = {
  head: [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    'a=msid-semantic: WMS check',
  ],
  transport: [
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:chck',
    'a=ice-pwd:checkcheckcheckcheckcheck',
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, index) => (16 + index).toString(16).toUpperCase()).join(':')}`,
    'a=setup:actpass',
  ],
  audio: [
    'a=mid:0',
    'a=sendrecv',
    'a=msid:check check-track',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=ssrc:2882400001 cname:check',
  ],
  channel: ['a=mid:1', 'a=sctp-port:5000', 'a=max-message-size:262144'],
};

/** An offer as a browser makes it: one line of sound, one data channel. Nobody is behind it, so that no media flows. */
export const offer = [
  ...rows.head,
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 8',
  ...rows.transport,
  ...rows.audio,
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  ...rows.transport,
  ...rows.channel,
  '',
].join('\r\n');
