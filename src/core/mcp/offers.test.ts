import { describe, expect, it } from 'vitest';
import { entry, listed, listedScript, respond, updateTools } from '../../../test/mcp/mcp-script.ts';
import type { McpTool } from '../../protocol/types.ts';
import { sessionScript } from '../../testing/session-script.ts';

const reader = listed('search', { readOnlyHint: true });
const writer = listed('remove', { readOnlyHint: false });
const unknown = listed('mystery');

function offers(given: Partial<McpTool>): { name: string; needsApproval: boolean }[] {
  const script = listedScript([reader, writer, unknown], entry(given));
  respond(script);
  return script.session.responses[0]?.params.offers.map(({ name, needsApproval }) => ({ name, needsApproval })) ?? [];
}

describe('the tools that a response may call', () => {
  it.each<[string, McpTool['allowed_tools'] & (object | null), string[]]>([
    ['all, where nothing is said', null, ['search', 'remove', 'mystery']],
    ['those that are named', ['remove', 'absent'], ['remove']],
    ['none of an empty list', [], []],
    ['those that only read', { read_only: true }, ['search']],
    ['those that may do more than read', { read_only: false }, ['remove', 'mystery']],
    ['those that match all of a filter', { read_only: true, tool_names: ['search', 'remove'] }, ['search']],
  ])('%s', (_, allowed, names) => {
    expect(offers({ allowed_tools: allowed }).map(({ name }) => name)).toEqual(names);
  });

  it('are none of a server that is not listed yet', () => {
    const script = sessionScript();
    updateTools(script, entry());
    respond(script);
    expect(script.effects.at(-1)).toMatchObject({ do: 'respond', request: { mcpTools: [] } });
  });

  it('are told to the model with their label, description and schema', () => {
    const script = listedScript();
    respond(script);
    expect(script.effects.at(-1)).toMatchObject({
      request: {
        mcpTools: [
          { serverLabel: 'docs', name: 'search', description: 'does search', inputSchema: { type: 'object' } },
        ],
      },
    });
  });

  it('are not those that only programs may call', () => {
    expect(offers({ allowed_callers: ['programmatic'] })).toEqual([]);
    expect(offers({ allowed_callers: ['programmatic', 'direct'] })).toHaveLength(3);
  });

  it('leave a name to the function that has it', () => {
    const script = listedScript([reader, writer]);
    const tools = [entry(), { type: 'function' as const, name: 'search' }];
    script.feed({
      from: 'client',
      event: { type: 'response.create', response: { tools } },
      servers: [entry().server_url ?? null, null],
    });
    expect(script.session.responses[0]?.params.offers.map(({ name }) => name)).toEqual(['remove']);
  });
});

describe('approval is needed', () => {
  it.each<[string, McpTool['require_approval'] | undefined, string[]]>([
    ['for all by default', undefined, ['search', 'remove', 'mystery']],
    ['for all where null', null, ['search', 'remove', 'mystery']],
    ['always', 'always', ['search', 'remove', 'mystery']],
    ['never', 'never', []],
    ['but for those named', { never: { tool_names: ['search'] } }, ['remove', 'mystery']],
    ['but for those that only read', { never: { read_only: true } }, ['remove', 'mystery']],
    [
      'also for what is named in both',
      { always: { tool_names: ['search'] }, never: { read_only: true } },
      ['search', 'remove', 'mystery'],
    ],
    ['for the rest of an always filter too', { always: { tool_names: ['search'] } }, ['search', 'remove', 'mystery']],
  ])('%s', (_, required, names) => {
    const { require_approval: _never, ...rest } = entry();
    const script = listedScript(
      [reader, writer, unknown],
      required === undefined ? rest : { ...rest, require_approval: required },
    );
    respond(script);
    const asked = script.session.responses[0]?.params.offers.filter(({ needsApproval }) => needsApproval);
    expect(asked?.map(({ name }) => name)).toEqual(names);
  });
});
