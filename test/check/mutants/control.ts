import type { RequestAsk } from '../../../src/check/endpoint.ts';
import { after, drop, freshId, httpError, ignore, type Mutation, reply } from '../mutation.ts';
import { everSent, isSideband, type Mutant, mutant, not } from './mutant.ts';

const taken = { status: 200, headers: {}, body: '' };

function isFor(verb: string, { path }: RequestAsk): boolean {
  return path.endsWith(`/${verb}`);
}

const isUnknown = ({ path }: RequestAsk): boolean => /\/rtc_0{28}\//.test(path);

/** The server has no words for a call that it does not know. */
function failsFor(verb: string): Mutation {
  return { request: (asked) => (isFor(verb, asked) && isUnknown(asked) ? httpError(500) : asked) };
}

/** What is refused with one status succeeds. */
function succeeds(verb: string, status: number): Mutation {
  return reply(
    new RegExp(`/${verb}$`),
    () => taken,
    (asked, answer) => answer.status === status && !isUnknown(asked),
  );
}

const control: readonly Mutant[] = [
  mutant('accepting an unknown call is an internal failure', () => failsFor('accept'), ['calls.gone/accept']),
  mutant('rejecting an unknown call is an internal failure', () => failsFor('reject'), ['calls.gone/reject']),
  mutant('sending on an unknown call is an internal failure', () => failsFor('refer'), ['calls.gone/refer']),
  mutant('a call is accepted twice', () => {
    const over = new Set<string>();
    return {
      reply(answer, asked) {
        if (isFor('hangup', asked)) over.add(asked.path.replace('hangup', 'accept'));
        return isFor('accept', asked) && answer.status === 409 && !over.has(asked.path) ? taken : answer;
      },
    };
  }, ['calls.up/accept', 'calls.over/accept']),
  mutant('a call that is over is accepted', () => succeeds('accept', 404), ['calls.over/accept']),
  mutant(
    'rejecting ends a call that is up',
    () => ({
      request: (asked) =>
        isFor('reject', asked) && !isUnknown(asked)
          ? { ...asked, path: asked.path.replace('reject', 'hangup') }
          : asked,
    }),
    ['calls.up/reject'],
  ),
  mutant('a call is sent on to anywhere', () => succeeds('refer', 409), ['calls.up/refer']),
  mutant('whoever knows of a call ends it', () => {
    let own: string | undefined;
    return {
      request(asked) {
        const { authorization } = asked.headers;
        if (authorization !== 'Bearer sk-check-wrong-key') own = authorization ?? own;
        if (!isFor('hangup', asked) || own === undefined) return asked;
        return { ...asked, headers: { ...asked.headers, authorization: own } };
      },
    };
  }, ['calls.key/wrong']),
];

const program: readonly Mutant[] = [
  mutant(
    'a caller is not told what others have asked for',
    () => ({ ...drop('response.done', not(everSent(() => true))), at: 'calls' }),
    ['calls.program/greets'],
  ),
  mutant('a sideband cannot silence a call', () => ignore('output_audio_buffer.clear', isSideband), [
    'calls.program/interrupts',
  ]),
  mutant(
    'sound comes over the sideband, too',
    () =>
      after(
        'response.output_audio_transcript.delta',
        (event) => ({ ...event, type: 'response.output_audio.delta', delta: 'AAAA', event_id: freshId() }),
        isSideband,
      ),
    ['calls.program/no-sound', 'law.audio/whole-samples'],
  ),
];

export const controlMutants: readonly Mutant[] = [...control, ...program];
