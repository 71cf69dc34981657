import { afterEach } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from './peer.ts';
import { type RunningProgram, type StartOptions, start } from './running-program.ts';

export interface Programs {
  /** Starts the program, killed after the test if it is still there. */
  run(args: readonly string[], options?: StartOptions): RunningProgram;
  /** Runs the program to its end. */
  ended(
    args: readonly string[],
    options?: StartOptions,
  ): Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }>;
}

/** The built program, in an empty folder unless told otherwise. */
export function programsOfTest(): Programs {
  const running: RunningProgram[] = [];
  afterEach(() => {
    for (const program of running.splice(0)) program.kill('SIGKILL');
  });
  const run: Programs['run'] = (args, options = {}) => {
    const program = start(args, { folder: folderWith({}), ...options });
    running.push(program);
    return program;
  };
  return {
    run,
    async ended(args, options) {
      const program = run(args, options);
      const code = await program.exited();
      return { code, stdout: program.stdout(), stderr: program.stderr() };
    },
  };
}

/** A session of its own with a model. */
export function talkTo(url: string, model: string): Promise<Peer> {
  return connect(`${url.replace('http', 'ws')}/v1/realtime?model=${model}`);
}

/** What the model answers in writing. */
export async function answerOf(peer: Peer, text: string): Promise<unknown> {
  const allOf = (wanted: string) => peer.events.filter(({ type }) => type === wanted);
  const before = allOf('response.done').length;
  const content = [{ type: 'input_text', text }];
  peer.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  const done = await until('the response to be done', () => allOf('response.done')[before]);
  return allOf('response.output_text.done')[before]?.['text'] ?? done['response'];
}
