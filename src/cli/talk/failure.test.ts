import { describe, expect, it } from 'vitest';
import { ClientError } from '../../client/errors.ts';
import { failureLine } from './failure.ts';

const unreachable = (code: string, message = code) =>
  failureLine(new ClientError('unreachable', { cause: Object.assign(new Error(message), { code }) }), 'ws://host');
const server = { type: 'invalid_request_error', code: 'x', message: 'Bad\nkey.', param: null, event_id: null };

describe('a failure of the endpoint in one line', () => {
  it('tells why it cannot be reached', () => {
    expect(unreachable('ECONNREFUSED')).toMatch(/^Can't reach ws:\/\/host: nothing listens there\..*antiphon serve\.$/);
    expect(unreachable('ENOTFOUND')).toBe("Can't reach ws://host: there is no such host.");
    expect(unreachable('DEPTH_ZERO_SELF_SIGNED_CERT')).toContain('NODE_EXTRA_CA_CERTS');
    expect(unreachable('OTHER', 'Unexpected server response: 404')).toContain('Unexpected server response: 404.');
  });

  it('tells of the first address where a name has several', () => {
    const refused = Object.assign(new Error('a'), { code: 'ECONNREFUSED' });
    const cause = new AggregateError([refused, new Error('b')]);
    expect(failureLine(new ClientError('unreachable', { cause }), 'ws://host')).toContain('nothing listens there');
  });

  it('gives the words of the server, and the setting at fault', () => {
    expect(failureLine(new ClientError('refused', { server }), 'ws://host')).toBe('ws://host refused: Bad key.');
    const error = new ClientError('refused', { server: { ...server, param: 'session.voice' } });
    expect(failureLine(error, 'ws://host')).toBe('ws://host refused: Bad key (session.voice).');
  });

  it('tells how a connection ended', () => {
    const error = new ClientError('closed', { close: { code: 1001, reason: 'bye' } });
    expect(failureLine(error, 'ws://host')).toBe('ws://host ended the connection (close code 1001, bye).');
    expect(failureLine(new ClientError('timeout'), 'ws://host')).toBe('ws://host gave no answer in time.');
  });

  it('takes any other error at its word', () => {
    expect(failureLine(new Error('It\n broke'), '')).toBe('It broke.');
  });
});
