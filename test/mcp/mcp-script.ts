import type { McpListedTool, McpTool, ResponseCreateParams } from '../../src/protocol/types.ts';
import { type SessionScript, sessionScript } from '../../src/testing/session-script.ts';

/** Where every server of these scripts is, as the operator's rules would have it. */
export const url = 'https://mcp.example/mcp';

export function entry(rest: Partial<McpTool> = {}): McpTool {
  return { type: 'mcp', server_label: 'docs', server_url: url, require_approval: 'never', ...rest };
}

export function listed(name: string, annotations: unknown = null): McpListedTool {
  return { name, description: `does ${name}`, input_schema: { type: 'object' }, annotations };
}

/** `session.update` with these tools, each server reached at its own `server_url`. */
export function updateTools(script: SessionScript, ...tools: readonly McpTool[]) {
  return script.feed({
    from: 'client',
    event: { type: 'session.update', event_id: 'u1', session: { type: 'realtime', tools: [...tools] } },
    servers: tools.map((tool) => tool.server_url ?? null),
  });
}

/** The definition's id, which is its listing item's. */
export function idOf(script: SessionScript, label = 'docs'): string {
  return script.session.mcp.servers.find(({ access }) => access.label === label)?.access.id ?? '';
}

/** A session whose one server is listed. */
export function listedScript(tools: readonly McpListedTool[] = [listed('search')], given = entry()): SessionScript {
  const script = sessionScript();
  updateTools(script, given);
  script.feed({ from: 'mcp', say: 'listed', id: idOf(script), tools });
  return script;
}

export const text: ResponseCreateParams = { output_modalities: ['text'] };

/** Starts a response; its id. */
export function respond(script: SessionScript, params: ResponseCreateParams = text): string {
  const [created] = script.client({ type: 'response.create', response: params });
  return created?.type === 'response.created' ? (created.response.id ?? '') : '';
}

export const start = (name = 'search') => ({ type: 'call_start', name }) as const;
export const say = (delta: string) => ({ type: 'call_arguments', delta }) as const;
export const end = { type: 'call_end' } as const;
export const over = { type: 'end' } as const;

/** The item of the call that runs in the first response. */
export function openItemId(script: SessionScript): string {
  return script.session.responses[0]?.open?.itemId ?? '';
}
