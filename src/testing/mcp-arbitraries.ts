import type * as FastCheck from 'fast-check';
import type { ClientEvent } from '../laws/trace.ts';
import type { McpTool, RealtimeSession, ResponseCreateParams } from '../protocol/types.ts';
import type { McpNews, SaidOutput, Step } from './program.ts';

type Fc = typeof FastCheck;
type Arbitrary<T> = FastCheck.Arbitrary<T>;

/** The one place that sessions of programs may reach; the other is refused. */
export const allowedMcp = 'https://mcp.example/*';

const places = [
  'https://mcp.example/one',
  'https://mcp.example/one',
  'https://mcp.example/two',
  'https://other.example',
];

/** An entry of `tools` that defines an MCP server. */
function entries(fc: Fc): Arbitrary<McpTool> {
  return fc.record(
    {
      type: fc.constant('mcp' as const),
      server_label: fc.constantFrom('docs', 'docs', 'shop'),
      server_url: fc.constantFrom(...places),
      require_approval: fc.constantFrom<NonNullable<McpTool['require_approval']>[]>('never', 'never', 'always', {
        never: { tool_names: ['search'] },
      }),
      allowed_tools: fc.constant(['search', 'pay']),
    },
    { requiredKeys: ['type', 'server_label', 'server_url'] },
  );
}

/** Settings and overrides that bring MCP servers; a label alone means one that is known. */
export function mcpTools(fc: Fc): Arbitrary<Pick<RealtimeSession, 'tools'>> {
  return fc.array(entries(fc), { minLength: 1, maxLength: 2 }).map((tools) => ({ tools }));
}

export function mcpParams(fc: Fc): Arbitrary<ResponseCreateParams> {
  const byLabel: McpTool = { type: 'mcp', server_label: 'docs' };
  return fc.tuple(fc.option(entries(fc), { nil: byLabel }), fc.boolean()).map(([tool, isOutOfBand]) => {
    const params: ResponseCreateParams = { tools: [tool] };
    return isOutOfBand ? { ...params, conversation: 'none' } : params;
  });
}

/** Answers to approval requests, most of them to one that waits. */
export function approvals(fc: Fc): Arbitrary<ClientEvent> {
  return fc
    .record({ request: fc.constantFrom('@request:0', '@request:0', '@request:1'), approve: fc.boolean() })
    .map(({ request, approve }) => ({
      type: 'conversation.item.create',
      event_id: '@own',
      item: { type: 'mcp_approval_response', approval_request_id: request, approve },
    }));
}

/** Pieces of calls of the tools that MCP servers offer. */
export function mcpCalls(fc: Fc): Arbitrary<SaidOutput> {
  return fc.constantFrom<SaidOutput>(
    { type: 'call_start', name: 'search' },
    { type: 'call_start', name: 'search', serverLabel: 'docs' },
    { type: 'call_start', name: 'pay' },
  );
}

/** A session whose MCP servers have been listed. */
export function mcpOpening(fc: Fc): Arbitrary<Step[]> {
  const listed: Step = { do: 'mcp', news: { of: 'listing', late: false, failed: false } };
  return mcpTools(fc).map((settings) => [
    { do: 'send', event: { type: 'session.update', session: { type: 'realtime', ...settings } } },
    listed,
    listed,
  ]);
}

/** Steps in a row that make calls, answer them and answer for them; alone they would seldom come together. */
export function mcpParts(fc: Fc): Arbitrary<Step[]> {
  const say = (output: SaidOutput): Step => ({ do: 'say', response: '@response:0', output });
  const whole = fc
    .tuple(mcpCalls(fc), fc.constantFrom('', '{}', '{"q":1}', '[1]'))
    .map(([start, delta]): Step[] => [say(start), say({ type: 'call_arguments', delta }), say({ type: 'call_end' })]);
  const answer = approvals(fc).map((event): Step[] => [{ do: 'send', event }]);
  const create: Step = { do: 'send', event: { type: 'response.create' } };
  return fc.oneof(
    { weight: 4, arbitrary: whole },
    { weight: 3, arbitrary: mcpNews(fc).map((news): Step[] => [{ do: 'mcp', news }]) },
    { weight: 2, arbitrary: fc.constant<Step[]>([create]) },
    { weight: 2, arbitrary: answer },
    { weight: 2, arbitrary: fc.tuple(whole, answer).map(([call, event]) => [create, ...call, ...event]) },
  );
}

/** What MCP servers answer. */
export function mcpNews(fc: Fc): Arbitrary<McpNews> {
  const outcome = fc.constantFrom(
    { output: 'found' },
    { output: '' },
    { error: { type: 'tool_execution_error' as const, message: 'out of paper' } },
    { error: { type: 'http_error' as const, code: 503, message: 'down' } },
  );
  return fc.oneof(
    fc.record({ of: fc.constant('listing' as const), late: fc.boolean(), failed: fc.constantFrom(false, false, true) }),
    fc.record({ of: fc.constant('call' as const), late: fc.constantFrom(false, false, true), outcome }),
  );
}
