import { describe, expect, it } from 'vitest';
import { entry, idOf, listed, listedScript, respond, updateTools, url } from '../../../test/mcp/mcp-script.ts';
import { sessionScript, typesOf } from '../../testing/session-script.ts';

describe('listing the tools of an MCP server', () => {
  it('answers the update at once, announces the item, and lists in the background', () => {
    const script = sessionScript();
    const events = updateTools(script, entry());
    expect(typesOf(events)).toEqual(['session.updated', 'conversation.item.added', 'mcp_list_tools.in_progress']);
    const id = idOf(script);
    expect(events[1]).toMatchObject({ item: { id, type: 'mcp_list_tools', server_label: 'docs', tools: [] } });
    expect(events[2]).toMatchObject({ item_id: id });
    expect(script.effects).toEqual([{ do: 'list-tools', access: { id, label: 'docs', url, headers: {} } }]);
  });

  it('completes before its item is done, with the tools', () => {
    const script = sessionScript();
    updateTools(script, entry());
    const tools = [listed('search')];
    const events = script.feed({ from: 'mcp', say: 'listed', id: idOf(script), tools });
    expect(typesOf(events)).toEqual(['mcp_list_tools.completed', 'conversation.item.done']);
    expect(events[1]).toMatchObject({
      item: { id: idOf(script), type: 'mcp_list_tools', server_label: 'docs', tools },
    });
  });

  it('fails with an item that is done all the same, once', () => {
    const script = sessionScript();
    updateTools(script, entry());
    const id = idOf(script);
    const events = script.feed({ from: 'mcp', say: 'list_failed', id });
    expect(typesOf(events)).toEqual(['mcp_list_tools.failed', 'conversation.item.done']);
    expect(events[1]).toMatchObject({ item: { tools: [] } });
    expect(script.feed({ from: 'mcp', say: 'listed', id, tools: [listed('late')] })).toEqual([]);
  });

  it('leaves an item that can be retrieved from the moment it is announced', () => {
    const script = sessionScript();
    updateTools(script, entry());
    const [event] = script.client({ type: 'conversation.item.retrieve', item_id: idOf(script) });
    expect(event).toMatchObject({ type: 'conversation.item.retrieved', item: { type: 'mcp_list_tools', tools: [] } });
  });

  it('comes for several servers in the order of their entries', () => {
    const script = sessionScript();
    const events = updateTools(script, entry(), entry({ server_label: 'mail', server_url: 'https://mail.example/' }));
    expect(typesOf(events)).toEqual([
      'session.updated',
      'conversation.item.added',
      'mcp_list_tools.in_progress',
      'conversation.item.added',
      'mcp_list_tools.in_progress',
    ]);
  });

  it('starts with response.create too, after the response was created', () => {
    const script = sessionScript();
    const events = script.feed({
      from: 'client',
      event: { type: 'response.create', response: { tools: [entry()] } },
      servers: [url],
    });
    expect(typesOf(events)).toEqual(['response.created', 'conversation.item.added', 'mcp_list_tools.in_progress']);
    expect(script.effects.map(({ do: what }) => what)).toEqual(['disarm', 'list-tools', 'respond']);
  });

  it('starts by itself for what a client secret has settled', () => {
    const script = sessionScript();
    const events = script.feed({ from: 'server', say: 'open', tools: [entry()], servers: [url] });
    expect(typesOf(events)).toEqual(['session.created', 'conversation.item.added', 'mcp_list_tools.in_progress']);
  });

  it('shows of the tools those that the entry allows', () => {
    const script = listedScript([listed('search'), listed('remove')], entry({ allowed_tools: ['search'] }));
    expect(script.events.at(-1)).toMatchObject({ item: { tools: [{ name: 'search' }] } });
  });

  it('goes on when its item is deleted: the tools can be used', () => {
    const script = sessionScript();
    updateTools(script, entry());
    const id = idOf(script);
    script.client({ type: 'conversation.item.delete', item_id: id });
    const events = script.feed({ from: 'mcp', say: 'listed', id, tools: [listed('search')] });
    expect(typesOf(events)).toEqual(['mcp_list_tools.completed']);
    respond(script);
    expect(script.effects.at(-1)).toMatchObject({ do: 'respond', request: { mcpTools: [{ name: 'search' }] } });
  });
});

describe('a label', () => {
  it('that is known needs nothing else, and is not listed again', () => {
    const script = listedScript();
    const events = script.client({
      type: 'session.update',
      session: { type: 'realtime', tools: [{ type: 'mcp', server_label: 'docs' }] },
    });
    expect(typesOf(events)).toEqual(['session.updated']);
    expect(events[0]).toMatchObject({ session: { tools: [entry()] } });
  });

  it('that is defined again in the same words is not listed again', () => {
    const script = listedScript([], entry({ authorization: 'token-1' }));
    expect(typesOf(updateTools(script, entry({ authorization: 'token-1' })))).toEqual(['session.updated']);
    expect(typesOf(updateTools(script, entry()))).toEqual(['session.updated']);
    expect(script.session.mcp.servers[0]?.access.headers).toEqual({ authorization: 'Bearer token-1' });
  });

  it('that is sent back as the session shows it, without its secrets, keeps them and is not listed again', () => {
    const given = entry({ authorization: 'token', headers: { 'x-team': 'a' } });
    const script = listedScript([listed('search')], given);
    const { mcp, config } = script.session;
    const shown = config.type === 'realtime' ? config.tools.filter((tool) => tool.type === 'mcp') : [];
    expect(JSON.stringify(shown)).not.toContain('token');
    expect(typesOf(updateTools(script, ...shown))).toEqual(['session.updated']);
    expect(script.effects).toEqual([]);
    expect(script.session).toMatchObject({ mcp, config });
  });

  it('that is defined again after a failure is listed again', () => {
    const script = sessionScript();
    updateTools(script, entry());
    script.feed({ from: 'mcp', say: 'list_failed', id: idOf(script) });
    expect(typesOf(updateTools(script, entry()))).toContain('mcp_list_tools.in_progress');
  });

  it('that now means another server ends the listing of the first', () => {
    const script = sessionScript();
    updateTools(script, entry());
    const first = idOf(script);
    const events = updateTools(script, entry({ server_url: 'https://other.example/' }));
    expect(typesOf(events)).toEqual([
      'session.updated',
      'mcp_list_tools.failed',
      'conversation.item.done',
      'conversation.item.added',
      'mcp_list_tools.in_progress',
    ]);
    expect(script.effects[0]).toEqual({ do: 'leave-server', id: first });
    expect(script.feed({ from: 'mcp', say: 'listed', id: first, tools: [] })).toEqual([]);
  });

  it('never takes the secrets of one server to another', () => {
    const script = listedScript([], entry({ authorization: 'one' }));
    updateTools(script, entry({ server_url: 'https://other.example/' }));
    expect(script.effects).toContainEqual({
      do: 'list-tools',
      access: { id: idOf(script), label: 'docs', url: 'https://other.example/', headers: {} },
    });
  });

  it('with another token is connected to anew', () => {
    const script = listedScript([], entry({ authorization: 'one' }));
    const events = updateTools(script, entry({ authorization: 'two' }));
    expect(typesOf(events)).toContain('mcp_list_tools.in_progress');
    expect(script.session.mcp.servers).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are sent to the server and shown nowhere', () => {
    const script = sessionScript();
    const secret = entry({ authorization: 'secret-token', headers: { 'X-Key': 'secret-key' } });
    updateTools(script, secret);
    const shown = script.effects.filter((effect) => effect.do === 'list-tools');
    expect(shown).toMatchObject([
      { access: { headers: { 'x-key': 'secret-key', authorization: 'Bearer secret-token' } } },
    ]);
    script.feed({ from: 'mcp', say: 'listed', id: idOf(script), tools: [listed('search')] });
    respond(script);
    script.feed({ from: 'client', event: { type: 'response.cancel' } });
    const reused = { type: 'mcp', server_label: 'docs' } as const;
    script.client({ type: 'response.create', response: { tools: [reused] } });
    expect(JSON.stringify(script.events)).not.toContain('secret-');
    expect(JSON.stringify(script.effects)).not.toContain('secret-');
    expect(JSON.stringify(script.session.config)).not.toContain('secret-');
  });
});
