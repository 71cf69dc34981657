import { type Area, testsIn } from '../promise.ts';

const agents = testsIn('test/protocol/stock-clients.test.ts');
const approval = testsIn('src/core/response/mcp-approval.test.ts');
const call = testsIn('src/core/response/mcp-call.test.ts');
const connection = testsIn('test/promises/connection.test.ts');
const listing = testsIn('src/core/mcp/listing.test.ts');
const offers = testsIn('src/core/mcp/offers.test.ts');
const readTools = testsIn('src/core/mcp/read-tools.test.ts');
const whole = testsIn('test/mcp/session.test.ts');

const tools: Area = {
  name: 'MCP tools',
  statements: [
    {
      id: 'mcp-listing',
      section: '§6.1',
      promise: 'An MCP server among the tools is listed: item.added, in_progress, completed, item.done with its tools.',
      kept: 'yes',
      proof: [
        whole('lists the tools of every page, with a text and an object for each'),
        listing('completes before its item is done, with the tools'),
        listing('starts with response.create too, after the response was created'),
      ],
    },
    {
      id: 'mcp-listing-failed',
      section: '§6.1',
      promise: 'A server that cannot be listed ends in failed, and the session goes on.',
      kept: 'yes',
      proof: [
        whole('fails to be listed, and the session goes on'),
        listing('fails with an item that is done all the same, once'),
      ],
    },
    {
      id: 'mcp-background',
      section: '§6.1',
      promise: 'Listing runs in the background; a response before its end cannot see the tools.',
      kept: 'yes',
      proof: [
        listing('answers the update at once, announces the item, and lists in the background'),
        offers('are none of a server that is not listed yet'),
      ],
    },
    {
      id: 'mcp-label',
      section: '§6.1',
      promise: 'A label that was defined once is enough from then on.',
      kept: 'yes',
      proof: [listing('that is known needs nothing else, and is not listed again')],
    },
    {
      id: 'mcp-config-errors',
      section: '§6.1',
      promise:
        'A label twice, no place or two, an unknown connector and authorization twice are refused before anything is reached.',
      kept: 'yes',
      proof: [readTools('a mistake in an MCP entry refuses the whole update: > %s')],
    },
    {
      id: 'mcp-shapes',
      section: '§6.1',
      promise: 'Every tool has a text for its description and an object for its schema.',
      kept: 'yes',
      proof: [whole('lists the tools of every page, with a text and an object for each')],
    },
    {
      id: 'mcp-allowed-tools',
      section: '§6.1',
      promise: 'allowed_tools says which tools may be used.',
      kept: 'yes',
      proof: [
        offers('the tools that a response may call > %s'),
        listing('shows of the tools those that the entry allows'),
      ],
    },
    {
      id: 'mcp-tunnel',
      section: '§6.1',
      promise: 'A server is reached by its URL, as a connector or through a tunnel.',
      kept: 'partly',
      missing: 'tunnels',
      proof: [
        whole('reaches a connector by its name'),
        readTools('a mistake in an MCP entry refuses the whole update: > %s', "'a tunnel'"),
      ],
    },
    {
      id: 'mcp-call',
      section: '§6.2',
      promise: 'A call runs inside the response, which goes on with its output, in the order of the service.',
      kept: 'yes',
      proof: [
        whole('calls a tool in the middle of a response, which goes on with its output'),
        call('runs and completes before its item is done, and the answer follows in the same response'),
      ],
    },
    {
      id: 'mcp-call-shapes',
      section: '§6.2',
      promise: 'Its events have the fields that clients read, obfuscation among them.',
      kept: 'yes',
      proof: [call('has events of the shapes that clients read')],
    },
    {
      id: 'mcp-call-failed',
      section: '§6.2',
      promise: 'A call fails by protocol, by HTTP or by the tool itself, and the response goes on.',
      kept: 'yes',
      proof: [
        call('that fails with a $type leaves the response running'),
        whole('since the tool failed'),
        whole('since the server broke off, whose words are shown without the secret in them'),
        whole('since HTTP says no'),
      ],
    },
    {
      id: 'mcp-approval',
      section: '§6.2',
      promise:
        'A call that needs approval ends the response with a request; approved, the server makes the call in a response of its own.',
      kept: 'yes',
      proof: [
        approval('is asked for with a whole item, and the response is over'),
        approval('has the server make the call in a response of its own, after which the model is asked'),
        whole('lets the call be made, and the script goes on after it'),
      ],
    },
    {
      id: 'mcp-approval-answer',
      section: '§6.2',
      promise: 'The answer names its request, needs no id, and may follow it in the conversation.',
      kept: 'yes',
      proof: [
        agents('is understood when it answers calls and approvals'),
        approval('of an unknown request is refused, and adds nothing'),
      ],
    },
    {
      id: 'mcp-refusal',
      section: '§6.2',
      promise: 'A refused call is not made; an item tells of it with an error.',
      kept: 'yes',
      proof: [
        approval('makes no call and starts no response: an item tells of it'),
        whole('when refused lets nothing be made'),
      ],
    },
    {
      id: 'mcp-secrets',
      section: '§6.1',
      promise: 'authorization and headers reach the server and nothing else.',
      kept: 'yes',
      proof: [
        whole('reach the server and nothing else: no event, no log line'),
        listing('are sent to the server and shown nowhere'),
      ],
    },
    {
      id: 'mcp-operator',
      section: '§6.1',
      promise: 'The operator says which MCP servers and connectors may be reached; without that none is.',
      kept: 'yes',
      proof: [
        connection('reaches the MCP servers that its operator allows, and no other'),
        whole('is refused at once where the operator does not list it'),
        whole('reaches a connector by its name'),
      ],
    },
  ],
};

export const mcp: readonly Area[] = [tools];
