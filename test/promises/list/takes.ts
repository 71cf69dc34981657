import { type Area, testsIn } from '../promise.ts';

const writer = testsIn('src/take/writer.test.ts');
const redact = testsIn('src/take/redact.test.ts');
const roundTrip = testsIn('src/take/convert/round-trip.test.ts');
const sink = testsIn('src/take/node/file-sink.test.ts');
const thread = testsIn('src/take/node/take-thread.test.ts');
const devtools = testsIn('test/take/devtools.test.ts');
const schema = testsIn('test/schema/take.test.ts');
const show = testsIn('src/take/show.test.ts');
const durable = testsIn('test/take/durable.test.ts');
const player = testsIn('src/take/replay/player.test.ts');
const shelf = testsIn('src/take/node/take-shelf.test.ts');
const media = testsIn('src/server/recording/recorded-media.test.ts');
const recording = testsIn('test/take/recording.test.ts');
const stock = testsIn('test/take/stock-clients.test.ts');
const commands = testsIn('test/take/commands.test.ts');

/** What the behaviour reference does not know: sessions that are recorded. */
export const takes: readonly Area[] = [
  {
    name: 'Takes: sessions recorded and played',
    statements: [
      {
        id: 'take-exact',
        section: '§1.1',
        promise:
          'A take holds every frame of a session and its sound to the byte, in a folder, one file or a HAR file.',
        kept: 'yes',
        proof: [
          writer('gives back to the character what was sent: %s %s', 'no JSON'),
          roundTrip('is the same after it has been a folder, a file and a folder again, to the byte'),
          roundTrip('is the same after it has been a HAR file'),
          devtools('becomes a take of the same frames, without its key: %s', 'folder'),
          schema('takes every line that is written: %s', 'folder'),
          media('is recorded as far as it was played, with the item that it is of'),
        ],
      },
      {
        id: 'take-harmless',
        section: '§1.4',
        promise:
          'Recording hurts no session, whatever the disk does, and a crash costs no more than the last tenth of a second.',
        kept: 'yes',
        proof: [
          recording('serves on where nothing can be written, and says so in its log and its metrics'),
          sink('survives a crash at any byte of its last lines'),
          durable('loses no more than the last tenth of a second where its process is killed'),
          durable('is made of a hundred sessions at once, each whole'),
          sink('have few files open, and each is whole'),
          thread('is handed what came in a tenth of a second, of all sessions at once'),
          thread('may be too slow: what waits is bounded, and who would add to it is not recorded any further'),
          thread('waits in memory no longer than a batch'),
          shelf('deletes the oldest where there is too much, and no more than it must'),
        ],
      },
      {
        id: 'take-redacted',
        section: '§1.5',
        promise: 'No key, token or credential stands in a take; words, sound and addresses are left out on demand.',
        kept: 'yes',
        proof: [
          recording('never writes a key, a token or a credential down, wherever a client puts it'),
          redact('is not in the take, and all else is: %s'),
        ],
      },
      {
        id: 'take-played',
        section: '§1.1',
        promise:
          'A take is played to stock clients with the same bytes each time, and tells a client that leaves it where.',
        kept: 'yes',
        proof: [
          stock('is sent the same bytes as often as its take is played: %s', 'the agents package'),
          stock('is sent the same bytes with no MCP server there: the agents package, whose tools are on one'),
          stock('is closed as its take was, an hour later: the openai package'),
          stock('finds its own ids and metadata in what is played, and the rest as it was'),
          player('is told so under %s: %j', 'session.tools[0].name'),
          commands('plays the takes of a folder in turn, or the one that is asked for, and tells who leaves it'),
        ],
      },
      {
        id: 'take-compared',
        section: '§1.1',
        promise: 'The client’s part of a take is played against any endpoint, which is compared by meaning.',
        kept: 'yes',
        proof: [commands('record any endpoint, and tell whether another comes to the same')],
      },
      {
        id: 'take-seen',
        section: '§1.1',
        promise:
          'A take is shown with its turns, latencies, talk-over and cost, held to the laws, and made into other things.',
        kept: 'yes',
        proof: [
          show('tells turns, latencies, talk-over, cost and how many laws are broken'),
          show(
            'becomes stereo sound as far as it was heard, subtitles at its times, and a scenario that says the same',
          ),
          devtools(
            'is lawful, and shown as it went, though the page had sent all its events before the first was answered',
          ),
          commands('exits with 1 where a law is broken, and says which'),
        ],
      },
    ],
  },
];
