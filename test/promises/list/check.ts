import { type Area, testsIn } from '../promise.ts';

const servers = testsIn('test/check/servers.test.ts');
const mutants = testsIn('test/check/mutants.test.ts');
const hostile = testsIn('test/check/hostile.test.ts');
const mock = testsIn('test/check/aimock.test.ts');
const command = testsIn('test/check/command.test.ts');
const page = testsIn('test/check/docs.test.ts');
const consent = testsIn('test/check/consent.test.ts');
const settings = testsIn('src/cli/check/settings.test.ts');
const reports = testsIn('src/check/report/reports.test.ts');

/** What the behaviour reference does not know: any server, held to it. */
export const check: Area = {
  name: 'Check: any server, held to what stock clients rely on',
  statements: [
    {
      id: 'check-rejects',
      section: '§9',
      promise: 'Every rule has been seen to reject a server with one thing broken, and nearly nothing beside it.',
      kept: 'yes',
      proof: [
        mutants('fails exactly what it must where $name', 'the id of an event says nothing'),
        mutants('show of every rule that it can fail, and nearly alone'),
        mock('breaks the rules that its file of expectations names, and no other'),
      ],
    },
    {
      id: 'check-holds',
      section: '§9',
      promise: 'Our server holds every rule with echo, a scripted model, a pipeline and a relay, each time the same.',
      kept: 'yes',
      proof: [
        servers('passes every check with a scripted model, in five runs the same'),
        servers('breaks no rule with echo, which calls no tools and answers at once'),
        servers('breaks no rule with a pipeline, which does not translate'),
        servers('breaks no rule through a relay, but that settings of a secret come by an update of its own'),
      ],
    },
    {
      id: 'check-ends',
      section: '§1.1',
      promise: 'A run ends, and says why, whatever a server does: silent, endless, dripping, redirecting, oversized.',
      kept: 'yes',
      proof: [
        hostile('%s is told of in a clear line, and does not pass', 'says nothing'),
        hostile('%s does not keep the program from its end', 'greets drop by drop'),
        hostile('never stops is left after a while, in every check'),
        hostile('%s passes nothing by them, and is checked for the rest', 'answers no request'),
        command('exits with 2 where nothing answers, or what answers refuses'),
      ],
    },
    {
      id: 'check-absent',
      section: '§7.5',
      promise: 'A server that has no calls, or makes no client secrets, and says so, breaks no rule of them.',
      kept: 'yes',
      proof: [servers('breaks no rule of it: %s', 'a method that is none')],
    },
    {
      id: 'check-told',
      section: '§8',
      promise:
        'Results are told to people, CI, programs and badges; known failures do not count; each failure leaves a take.',
      kept: 'yes',
      proof: [
        command('exits with 0 where every MUST holds, and writes what came for programs'),
        command('exits with 1 where one does not, tells why, and leaves a take without the key'),
        command('does not count a failure that is known, and names one that passes'),
        reports('as a badge tells how many MUSTs of each profile hold, and whether all that counts do'),
        page('shows what its example comes to'),
      ],
    },
    {
      id: 'check-costs',
      section: '§4.8',
      promise:
        'An endpoint that may bill is asked for nothing before the user has heard how much it will be, and said yes.',
      kept: 'yes',
      proof: [
        settings('is asked for nothing before that is allowed, and is told of what it will be'),
        consent('says what it may cost, and goes on after a yes'),
        consent('asks for no answer after %s', 'Ctrl-C'),
        servers('has about so much to do for it as is told before'),
      ],
    },
  ],
};
