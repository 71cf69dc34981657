import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { errorOf, outcomeOf, reasonOf } from './outcome.ts';

describe('what a tool gave', () => {
  it('is its text, block by block', () => {
    const content = [
      { type: 'text' as const, text: 'one' },
      { type: 'resource' as const, resource: { uri: 'a:b', text: 'two' } },
      { type: 'resource' as const, resource: { uri: 'c:d', blob: 'AAAA' } },
      { type: 'image' as const, data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource_link' as const, uri: 'e:f', name: 'e' },
    ];
    expect(outcomeOf({ content })).toEqual({
      output: 'one\ntwo\n[resource c:d]\n[image of type image/png]\n[resource e:f]',
    });
  });

  it('is its data where there is no text', () => {
    expect(outcomeOf({ content: [], structuredContent: { a: 1 } })).toEqual({ output: '{"a":1}' });
    expect(outcomeOf({ content: [] })).toEqual({ output: '' });
  });

  it('is an error where the tool says so', () => {
    const failed = { content: [{ type: 'text' as const, text: 'out of paper' }], isError: true };
    expect(outcomeOf(failed)).toEqual({ error: { type: 'tool_execution_error', message: 'out of paper' } });
    expect(outcomeOf({ content: [], isError: true })).toMatchObject({ error: { message: 'The tool failed.' } });
  });
});

describe('why a request came to nothing', () => {
  const http = new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, 'body with a token', { status: 401 });

  it('is an HTTP error, without the words of the body', () => {
    const told = { type: 'http_error', code: 401, message: 'The MCP server answered with the HTTP status 401.' };
    expect(errorOf(http, [])).toEqual(told);
    expect(errorOf(new Error('probe failed', { cause: http }), [])).toEqual(told);
    expect(errorOf(new Error('Error POSTing to endpoint (HTTP 401): body'), [])).toEqual(told);
  });

  it('is a protocol error in the server’s words, with secrets blanked and length bounded', () => {
    const cause = new ProtocolError(-32_602, `token abcd is bad ${'x'.repeat(2000)}`);
    const error = errorOf(cause, ['Bearer abcd', 'abcd']);
    expect(error).toMatchObject({ type: 'protocol_error', code: -32_602 });
    expect(error.message).toMatch(/^token \*\*\* is bad x+…$/);
    expect(error.message.length).toBeLessThan(1100);
  });

  it('is a protocol error where the answer makes no sense', () => {
    expect(errorOf(new SdkError(SdkErrorCode.InvalidResult, 'zod says'), [])).toEqual({
      type: 'protocol_error',
      code: -32_603,
      message: 'The MCP server gave an answer that makes no sense.',
    });
  });

  it('tells clients nothing of the network', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' });
    for (const cause of [refused, new Error('x', { cause: refused }), 'a text', null, undefined]) {
      expect(errorOf(cause, [])).toEqual({
        type: 'protocol_error',
        code: -32_000,
        message: 'The MCP server could not be reached.',
      });
    }
    expect(reasonOf(new Error('x', { cause: refused }))).toBe('ECONNREFUSED');
  });

  it('is never logged in a server’s words', () => {
    expect(reasonOf(http)).toBe('HTTP status 401');
    expect(reasonOf(new ProtocolError(-32_602, 'secret'))).toBe('-32602');
    expect(reasonOf(new Error('Unexpected token in {"secret":1}'))).toBe('Error');
  });
});
