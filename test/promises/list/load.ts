import { type Area, testsIn } from '../promise.ts';

const run = testsIn('src/load/run.test.ts');
const parts = testsIn('src/load/objectives.test.ts');
const histogram = testsIn('src/load/histogram.test.ts');
const command = testsIn('test/load-command/command.test.ts');

/** What the behaviour reference does not know: many sessions at a time, measured. */
export const load: Area = {
  name: 'Load: many paced sessions, measured',
  statements: [
    {
      id: 'load-plan',
      section: '§1.1',
      promise: 'Sessions and turns go by a fixed plan, and latencies count from it, however late the server is.',
      kept: 'yes',
      proof: [
        run('%s: tells a known distribution of delays to two hundredths'),
        run('shows a server that stands still, to everyone who was to be answered meanwhile'),
        run('opens sessions at the pace of the ramp, and keeps the last as long as it says'),
        histogram('keeps every duration to a thousandth, from microseconds to an hour'),
      ],
    },
    {
      id: 'load-verdict',
      section: '§1.1',
      promise:
        'Errors, closes and starved players are counted, objectives judged, and a run is invalid where the generator was the bottleneck.',
      kept: 'yes',
      proof: [
        run('counts every millisecond that a player would have been silent in the middle of an answer'),
        run('counts errors by code, answers that never come, and connections that are refused'),
        parts('are met below their bound, and not where nothing was measured'),
        parts('is invalid where the generator was late or busy, whatever became of the objective'),
        command('comes to what the example of its page shows'),
      ],
    },
    {
      id: 'load-users',
      section: '§1.1',
      promise:
        'Users speak over what they still hear and say how much of it that was, or do what the client of a take did.',
      kept: 'yes',
      proof: [
        run('speaks over answers in barge, and tells how long they go on'),
        run('speaks over what is still heard, though it was sent long ago, and says how much of it that was'),
        run('do what the client of a take did, from when it did it, and again while there is time'),
        command('plays the client of a take, in sessions of several processes'),
      ],
    },
    {
      id: 'load-most',
      section: '§1.1',
      promise: 'The most sessions that meet the objectives are found, and confirmed.',
      kept: 'yes',
      proof: [
        run('finds the 37 sessions of a server that has room for no more'),
        parts('has the last word confirmed three times, and stops at its bound'),
      ],
    },
  ],
};
