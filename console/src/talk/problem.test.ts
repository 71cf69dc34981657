import { ClientError } from 'antiphon/client';
import { describe, expect, it } from 'vitest';
import { AudioDeviceError } from '../../../src/client/browser/device-error.ts';
import { problemOf, problemOfClose } from './problem.ts';

const refusal = (code: string) =>
  new ClientError('refused', { server: { type: 'invalid_request_error', code, message: 'No.', param: null } });

describe('what went wrong', () => {
  it.each([
    [new AudioDeviceError('permission_denied'), 'permission_denied'],
    [new AudioDeviceError('device_not_found'), 'no_microphone'],
    [new AudioDeviceError('device_busy'), 'no_microphone'],
    [new AudioDeviceError('insecure_page'), 'insecure_page'],
    [new AudioDeviceError('worklet_refused'), 'other'],
    [
      new ClientError('microphone_unavailable', { cause: new AudioDeviceError('permission_denied') }),
      'permission_denied',
    ],
    [new ClientError('unreachable'), 'server_gone'],
    [new ClientError('closed', { close: { code: 1006, reason: '' } }), 'server_gone'],
    [new ClientError('closed', { close: { code: 1008, reason: 'full' } }), 'other'],
    [refusal('calls_unavailable'), 'no_calls'],
    [refusal('invalid_api_key'), 'wrong_key'],
    [refusal('session_limit_reached'), 'other'],
    ['a text', 'other'],
  ])('%s is %s, and what to do is said', (cause, is) => {
    const problem = problemOf(cause);
    expect(problem.is).toBe(is);
    expect(problem.title).not.toBe('');
    expect(problem.advice).not.toBe('');
  });

  it('is what the server said, where it said something', () => {
    expect(problemOf(refusal('x')).advice).toBe('No.');
  });

  it('is nothing where a session ended as it should', () => {
    expect(problemOfClose(1000, '')).toBeNull();
    expect(problemOfClose(1006, '')?.is).toBe('server_gone');
    expect(problemOfClose(1001, '')?.advice).toContain('1001');
    expect(problemOfClose(1008, 'too slow')?.advice).toBe('too slow');
  });
});
