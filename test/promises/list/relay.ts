import { type Area, testsIn } from '../promise.ts';

const callEnds = testsIn('test/relay/call-ends.test.ts');
const callOffers = testsIn('test/relay/call-offers.test.ts');
const calls = testsIn('test/relay/calls.test.ts');
const callSidebands = testsIn('test/relay/call-sidebands.test.ts');
const canary = testsIn('test/relay/canary.test.ts');
const closes = testsIn('test/relay/closes.test.ts');
const faults = testsIn('test/relay/faults.test.ts');
const frames = testsIn('test/relay/frames.test.ts');
const health = testsIn('test/relay/health.test.ts');
const life = testsIn('test/relay/life.test.ts');
const locks = testsIn('src/server/relay/locks.test.ts');
const settings = testsIn('test/relay/settings.test.ts');
const slow = testsIn('test/relay/slow.test.ts');
const watching = testsIn('test/relay/watching.test.ts');

/** What holds for sessions that another endpoint answers. */
export const relay: readonly Area[] = [
  {
    name: 'Relay to other endpoints',
    statements: [
      {
        id: 'relay-frames',
        section: '§1.1',
        promise: 'Frames of a relayed session pass byte for byte, in order, in both directions.',
        kept: 'yes',
        proof: [
          frames('passes byte for byte, in order, in both directions'),
          frames('of four megabytes passes, in many parts as well'),
        ],
      },
      {
        id: 'relay-upgrade',
        section: '§1.1',
        promise: 'The upgrade is answered when an upstream has settled, and not before.',
        kept: 'yes',
        proof: [
          life('is answered only when an upstream has settled, and what came meanwhile is not lost'),
          life('whose client %s meanwhile is given up, and its upstream is left'),
        ],
      },
      {
        id: 'relay-closes',
        section: '§1.1',
        promise: 'The code and the reason with which one end closes are those that the other end is told.',
        kept: 'yes',
        proof: [
          closes('a close of the upstream > reaches the client as it is: $code with $bytes bytes'),
          closes('a close of the client > reaches the upstream as it is: $code with $bytes bytes'),
        ],
      },
      {
        id: 'relay-failover',
        section: '§8',
        promise:
          'Where one upstream fails, the next is tried, unseen by the client; one that keeps failing is left alone.',
        kept: 'yes',
        proof: [
          faults('gives way to the next: $fault'),
          faults('is heard, and no other is asked: %s'),
          health('is left alone for ten seconds, then tried by one session, then for twice as long'),
        ],
      },
      {
        id: 'relay-locks',
        section: '§1.3',
        promise: 'What the operator has locked is not changed by clients, in whatever way they write it.',
        kept: 'yes',
        proof: [
          locks('is not changed by %s'),
          settings('that are locked answer a client that touches them, and its session goes on'),
        ],
      },
      {
        id: 'relay-keys',
        section: '§1.5',
        promise: 'Client secrets of this server open relayed sessions, and the keys of upstreams never leave it.',
        kept: 'yes',
        proof: [
          settings('opens a relayed session %s, and what it settles is sent first'),
          canary('is in no frame, header or log line where the upstream %s'),
        ],
      },
      {
        id: 'relay-slow',
        section: '§1.4',
        promise: 'An end that does not read makes the other wait, and costs no more than twenty megabytes.',
        kept: 'yes',
        proof: [
          slow('costs the relay no more than twenty megabytes, however much there is for it'),
          slow('costs the relay no more than that either, and its client has to wait'),
        ],
      },
      {
        id: 'relay-watched',
        section: '§4.8',
        promise: 'Metrics of a relayed session are those of a session of the server itself.',
        kept: 'yes',
        proof: [watching('is what is seen of a session of our own')],
      },
      {
        id: 'relay-webrtc',
        section: '§7.1',
        promise: 'A call to a relayed model has its sound go straight to the upstream.',
        kept: 'yes',
        proof: [
          calls('has its sound go straight to the upstream, and its events as well; others join it by way of us'),
          callOffers('is refused where it touches what is locked, and else loses the channel that would go past us'),
          callSidebands('is bounded by the limits of its key, though it is asked for past us'),
        ],
      },
      {
        id: 'relay-webrtc-held',
        section: '§7.4',
        promise:
          'A call to a relayed model that the server cannot follow is hung up at the upstream within six seconds.',
        kept: 'yes',
        proof: [
          callEnds('%s is hung up after its grace'),
          callEnds('%s is hung up, and those beside it are closed'),
          callEnds('and %s is asked so often and no more, and the call is over here'),
        ],
      },
    ],
  },
];
