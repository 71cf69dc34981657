import { type Area, testsIn } from '../promise.ts';

const talk = testsIn('test/console/talk.test.ts');
const views = testsIn('test/console/views.test.ts');
const turns = testsIn('console/src/turns/fold.test.ts');
const said = testsIn('console/src/story/said.test.ts');
const take = testsIn('console/src/take/open.test.ts');
const address = testsIn('console/src/place/address.test.ts');

/** The server's own page: no part of the behaviour reference, and the first that a newcomer sees. */
export const consoleArea: Area = {
  name: 'Console: talk, see and hear what happens, try',
  statements: [
    {
      id: 'console-talk',
      section: '§1.1',
      promise:
        'GET / talks over WebSocket and WebRTC, by voice, by hand and push to talk; the session can be kept as a take.',
      kept: 'yes',
      proof: [
        talk('a spoken turn over %s, from a page that was just opened', "['websocket', 'webrtc']"),
        talk('a typed turn'),
        talk('push to talk: the turn is as long as the button is held, by the keyboard too'),
        talk('a model may call the tools of the console'),
        talk('the session can be kept as a take, which opens again'),
      ],
    },
    {
      id: 'console-heard',
      section: '§2.6',
      promise: 'Words that nobody heard, since the answer was interrupted, are struck through.',
      kept: 'yes',
      proof: [
        talk('an interruption shows what was heard over %s, the rest struck through'),
        said('ends where the sound was cut: words and sound that came together belong together'),
        said('goes by the tokens of sound over WebRTC, where no event brings sound'),
      ],
    },
    {
      id: 'console-events',
      section: '§1.2',
      promise: 'Every event is a line, both ways; lists of 100,000 stay smooth.',
      kept: 'yes',
      proof: [
        views('is searched, filtered, paused, and shows the whole of an event'),
        views('stays smooth with 100,000 events: few are drawn, and a picture costs as little as with 10,000'),
      ],
    },
    {
      id: 'console-turns',
      section: '§2.3',
      promise:
        'Each turn is one line of time with a number on each step, of a session that is heard now and of a take.',
      kept: 'yes',
      proof: [
        turns('is a waterfall with a number on each step'),
        turns('belongs to the turn whose answer was being heard'),
        take('as %s is told like a session that is heard now'),
        views('is the same view of a recorded session: its turns, with sound from any moment'),
      ],
    },
    {
      id: 'console-try',
      section: '§6.1',
      promise: 'Any client event is sent from a form, and an error stands beside the field that it names.',
      kept: 'yes',
      proof: [views('has a form and an example for each'), views('shows an error beside the field that it names')],
    },
    {
      id: 'console-sessions',
      section: '§1.1',
      promise: 'Operators see the sessions of all clients, read along, and end one.',
      kept: 'yes',
      proof: [views('are listed for operators, read along, and ended')],
    },
    {
      id: 'console-page',
      section: '§1.1',
      promise: 'The page is at most 80 kB at first, runs its own files alone, and asks nobody but its own server.',
      kept: 'yes',
      proof: [
        views('is at most 80 kB, gzipped, when it is first opened'),
        views('runs no script but its own files: a strict policy, by which the plain page is not bound'),
        views('asks nobody but its own server'),
        address('says where one is, and brings one back there'),
      ],
    },
    {
      id: 'console-everybody',
      section: '§1.1',
      promise: 'It is used by the keyboard alone and with a screen reader, and says what to do about what goes wrong.',
      kept: 'yes',
      proof: [
        views('can use it with the keyboard alone'),
        views('finds nothing that axe-core calls serious, in either scheme, on a wide screen and a narrow one'),
        talk('no microphone, and one that is not allowed, over %s'),
        talk('a wrong key, until a good one is given'),
        talk('a server that has gone, until it is back'),
      ],
    },
  ],
};
