import { describe, expect, it } from 'vitest';
import { entry, listedScript, updateTools } from '../../../test/mcp/mcp-script.ts';
import type { McpTool } from '../../protocol/types.ts';
import { sessionScript, typesOf } from '../../testing/session-script.ts';
import { maxServers } from './read-tools.ts';

const { server_url: _url, ...nowhere } = entry();
const tunnel = `tunnel_${'a'.repeat(32)}`;

describe('a mistake in an MCP entry refuses the whole update:', () => {
  it.each<[string, McpTool, string, string]>([
    ['no place', nowhere, 'missing_required_parameter', 'session.tools[1].server_url'],
    ['two places', { ...entry(), connector_id: 'connector_gmail' }, 'invalid_value', 'session.tools[1]'],
    [
      'a connector that is not configured',
      { ...nowhere, connector_id: 'connector_gmail' },
      'invalid_value',
      'session.tools[1].connector_id',
    ],
    ['a tunnel', { ...nowhere, tunnel_id: tunnel }, 'invalid_value', 'session.tools[1].tunnel_id'],
    [
      'the authorization twice',
      entry({ authorization: 'a', headers: { AUTHORIZATION: 'b' } }),
      'invalid_value',
      'session.tools[1].authorization',
    ],
    [
      'a token with a line break',
      entry({ authorization: 'a\r\nx: y' }),
      'invalid_value',
      'session.tools[1].authorization',
    ],
    ['a header with a line break', entry({ headers: { x: 'a\nb' } }), 'invalid_value', 'session.tools[1].headers'],
    ['a header that is no name', entry({ headers: { 'a b': 'c' } }), 'invalid_value', 'session.tools[1].headers'],
    ['a header of the connection', entry({ headers: { Host: 'other' } }), 'invalid_value', 'session.tools[1].headers'],
    ['a label twice', entry({ server_label: 'first' }), 'invalid_value', 'session.tools[1].server_label'],
  ])('%s', (_, wrong, code, param) => {
    const script = sessionScript();
    const before = script.session;
    const events = updateTools(script, entry({ server_label: 'first' }), wrong);
    expect(events).toMatchObject([{ type: 'error', error: { code, param, event_id: 'u1' } }]);
    expect(script.effects).toEqual([]);
    expect({ ...script.session, ids: null }).toEqual({ ...before, ids: null });
  });

  it('a server that the operator does not allow', () => {
    const script = sessionScript();
    const event = { type: 'session.update' as const, session: { type: 'realtime' as const, tools: [entry()] } };
    const events = script.feed({ from: 'client', event, servers: [null] });
    expect(events).toMatchObject([{ error: { code: 'invalid_value', param: 'session.tools[0].server_url' } }]);
    expect(script.session.mcp.servers).toEqual([]);
  });

  it('more servers than a session takes', () => {
    const script = sessionScript();
    const many = Array.from({ length: maxServers + 1 }, (_, index) => entry({ server_label: `s${index}` }));
    expect(updateTools(script, ...many)).toMatchObject([{ error: { param: 'session.tools' } }]);
    expect(typesOf(updateTools(script, ...many.slice(1)))[0]).toBe('session.updated');
  });

  it('never with the secret in its words', () => {
    const events = updateTools(sessionScript(), entry({ authorization: 'secret token', headers: { 'x-a': 'secret' } }));
    expect(typesOf(events)).toEqual(['error']);
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('the tools of one response', () => {
  it('are refused by their own path', () => {
    const script = sessionScript();
    const events = script.client({ type: 'response.create', response: { tools: [nowhere] } });
    expect(events).toMatchObject([
      { error: { code: 'missing_required_parameter', param: 'response.tools[0].server_url' } },
    ]);
    expect(script.session.responses).toEqual([]);
  });

  it('cannot give a label of the session to another server', () => {
    const script = listedScript();
    const other = entry({ server_url: 'https://other.example/' });
    const event = { type: 'response.create' as const, response: { tools: [other] } };
    const events = script.feed({ from: 'client', event, servers: ['https://other.example/'] });
    expect(events).toMatchObject([{ error: { code: 'invalid_value', param: 'response.tools[0].server_label' } }]);
  });

  it('may narrow a known server down, for this response only', () => {
    const script = listedScript();
    script.client({
      type: 'response.create',
      response: { conversation: 'none', tools: [{ type: 'mcp', server_label: 'docs', allowed_tools: [] }] },
    });
    expect(script.effects.at(-1)).toMatchObject({ do: 'respond', request: { mcpTools: [] } });
    script.client({ type: 'response.create', response: { tools: [{ type: 'mcp', server_label: 'docs' }] } });
    expect(script.effects.at(-1)).toMatchObject({ do: 'respond', request: { mcpTools: [{ name: 'search' }] } });
  });
});
