import { shortened } from '../../protocol/check/problem.ts';
import type { ApiError } from '../../protocol/types.ts';

/** What can be wrong with an entry of `tools` that names an MCP server (behaviour §6.1). `path` is the entry's. */
export const mcpMistakes = {
  labelTwice: (path: string, label: string) =>
    invalid(
      'invalid_value',
      `${path}.server_label`,
      `Duplicate MCP server label: '${shortened(label)}'. Each server needs a label of its own.`,
    ),
  labelTaken: (path: string, label: string) =>
    invalid(
      'invalid_value',
      `${path}.server_label`,
      `Duplicate MCP server label: '${shortened(label)}' is another server in this session's tools. Choose another label for this response.`,
    ),
  noPlace: (path: string, label: string) =>
    invalid(
      'missing_required_parameter',
      `${path}.server_url`,
      `Missing required parameter: '${path}.server_url'. The MCP server '${shortened(label)}' is not known yet, so one of 'server_url' and 'connector_id' is needed.`,
    ),
  manyPlaces: (path: string, given: readonly string[]) =>
    invalid(
      'invalid_value',
      path,
      `Invalid value: only one of 'server_url', 'connector_id' and 'tunnel_id' may be given, but got ${given.map((key) => `'${key}'`).join(' and ')}.`,
    ),
  tunnel: (path: string) =>
    invalid(
      'invalid_value',
      `${path}.tunnel_id`,
      "Invalid value: this server has no tunnels. Use 'server_url' instead.",
    ),
  connectorUnknown: (path: string, id: string) =>
    invalid(
      'invalid_value',
      `${path}.connector_id`,
      `Invalid value: '${shortened(id)}'. This connector is not configured here.`,
    ),
  notAllowed: (path: string, label: string) =>
    invalid(
      'invalid_value',
      `${path}.server_url`,
      `Invalid value: the URL of the MCP server '${shortened(label)}' is not one that this server may connect to. Its operator lists those in mcp.allow.`,
    ),
  authorizationTwice: (path: string) =>
    invalid(
      'invalid_value',
      `${path}.authorization`,
      "Invalid value: the authorization is given twice, as 'authorization' and as a header. Give one of them.",
    ),
  badAuthorization: (path: string) =>
    invalid('invalid_value', `${path}.authorization`, 'Invalid value: an access token holds visible ASCII characters.'),
  badHeader: (path: string, name: string) =>
    invalid('invalid_value', `${path}.headers`, `Invalid value: the header '${shortened(name)}' cannot be set.`),
  tooMany: (param: string, most: number) =>
    invalid('invalid_value', param, `A session can use at most ${most} MCP servers.`),
} as const;

function invalid(code: string, param: string, message: string): ApiError {
  return { type: 'invalid_request_error', code, message, param, event_id: null };
}
