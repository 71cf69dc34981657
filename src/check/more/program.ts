import { type Check, checksOf } from '../check.ts';
import { holds } from '../finding.ts';
import { at, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { add, create, respond, running, typed } from '../turns.ts';
import { joined } from './call.ts';
import { event, greeted, silenced } from './live-call.ts';

const onSip = 'Web servers on SIP, and the agents package there: all that they do to a call comes by its sideband.';

/** A call, and the sideband of a program that steers it. What the caller is told of has causes that it knows nothing of. */
async function steered(probe: Probe): Promise<readonly [caller: Line, program: Line]> {
  const { line: caller, reply } = await greeted(probe);
  caller.isJudged = false;
  caller.leave();
  return [caller, await joined(probe, reply)];
}

export const programChecks: readonly Check[] = checksOf('calls', true, [
  {
    id: 'calls.program/greets',
    level: 'must',
    source: '7.4',
    says: 'A response that the sideband asks for, such as a greeting, is told of at both ends.',
    breaks: onSip,
    async run(probe) {
      const [caller, program] = await steered(probe);
      const { id } = await respond(program, create('audio', { instructions: 'Say: ready' }));
      await event(caller, 'response.done', (done) => at(done, 'response.id') === id);
    },
  },
  {
    id: 'calls.program/interrupts',
    level: 'must',
    source: '7.3',
    says: 'output_audio_buffer.clear by the sideband silences what is being played, and is answered there.',
    breaks: 'The agents package on SIP, which interrupts so: the answer goes on over the caller.',
    async run(probe) {
      const [, program] = await steered(probe);
      await running(program, 'audio', () => {});
      const response = textAt(await event(program, 'output_audio_buffer.started'), 'response_id');
      await silenced(probe, program, response);
    },
  },
  {
    id: 'calls.program/no-sound',
    level: 'should',
    source: '7.4',
    says: 'The sideband is told of sound by its words, and gets no response.output_audio.delta.',
    breaks: 'Nobody is known to; a program pays for the way of sound that it does not play.',
    async run(probe) {
      const [, program] = await steered(probe);
      await add(program, typed('Say: ready'));
      const { events } = await respond(program, create('audio'));
      const twice = events.find(({ type }) => type === 'response.output_audio.delta');
      holds(twice === undefined, 'response.output_audio.delta came to the sideband.');
    },
  },
]);
