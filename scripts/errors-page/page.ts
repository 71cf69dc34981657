import { abruptExitCodes } from '../../src/cli/serve/signals.ts';
import {
  clientTable,
  closeTable,
  deviceTable,
  endingTable,
  failureTable,
  httpTable,
  mcpTable,
  refusalTable,
  relayTable,
  replayTable,
  sessionTable,
  setupTable,
  shapeTable,
  translationTable,
} from './tables.ts';

const introduction = `# Errors

This page has every error that a client, a program or an operator can meet, and what to do about it. If you know a symptom and no code,
begin with [troubleshooting](troubleshooting.md). Programs should go by \`code\`, which does not change between versions. Messages are for
people, and may change.

In messages, \`{name}\` stands for a part that differs: an id, a number, a path. Long lists are shortened.

The page is made from the tables in the code: \`node scripts/write-errors-page.ts\` writes it, and a test fails if it is
not current. The advice is in \`scripts/errors-page\`.

| Where you met it | Section |
| --- | --- |
| an \`error\` event in a session | [The shape of what was sent](#the-shape-of-what-was-sent), [In a session](#in-a-session), [MCP servers](#mcp-servers), [Translation sessions](#translation-sessions), [Relayed sessions](#relayed-sessions), [Takes that are played](#takes-that-are-played) |
| a socket that closed | [Refused on the socket](#refused-on-the-socket), [How sessions end](#how-sessions-end) |
| an HTTP status | [HTTP](#http) |
| \`response.done\`, a transcript that failed, an \`mcp_call\` | [Responses and transcripts that fail](#responses-and-transcripts-that-fail) |
| an exception in a program of yours | [The client](#the-client), [Sound in a browser](#sound-in-a-browser), [Starting a server](#starting-a-server) |
| a command that ended | [Exit codes](#exit-codes) |

## On the wire

An \`error\` event refuses one event of the client and changes nothing else: the session goes on as if that event had not been
sent. Its \`error\` has five keys: \`type\`, \`code\`, \`message\`, \`param\` (the dotted path of the wrong field) and \`event_id\`
(that of the refused event, if it had one). The \`type\` is \`invalid_request_error\`, unless a table gives another one in
brackets.

`;

const failing = `## Responses and transcripts that fail

A response that fails ends with \`response.done\`, \`status: "failed"\` and \`status_details.error\`. A transcript that fails ends with
\`conversation.item.input_audio_transcription.failed\`. The session goes on. The message names the engine that failed and what to check.
It may quote a part of what an endpoint said, but never a key.

${failureTable()}
An engine of yours may throw an \`EngineError\` with any code and message of its own, and a [scenario](scenario.md) may play any
failure (\`fail\`), such as \`audio_unintelligible\`: both reach the client as they are.

Two other ends are no failures: \`status: "cancelled"\`, with the reason \`turn_detected\` (the user spoke) or \`client_cancelled\`, and
\`status: "incomplete"\`, with the reason \`max_output_tokens\` or \`content_filter\`.

A call of an MCP tool that fails does not fail its response: the \`mcp_call\` item has an \`error\` whose type is
\`tool_execution_error\`, \`http_error\` or \`protocol_error\`; [MCP tools](mcp.md#calling) explains them.
`;

const exitTable = [
  '| Code | When |',
  '| --- | --- |',
  '| 0 | The command did what it was asked to do, or a server was stopped and has drained. |',
  '| 1 | A mistake on the command line or in a file, told in one line on standard error; `check-config` found problems; `talk` failed; Node is too old; or a mistake that nothing caught, which drains the server first. |',
  '| 1, 2, 3 | Of `check`: [a MUST does not hold](check.md#verdicts), nothing answers or what answers refuses, a mistake on the command line. |',
  `| ${abruptExitCodes.SIGINT} | A second SIGINT (Ctrl-C), which does not wait for the draining; or \`init\` was broken off, which leaves nothing behind. |`,
  `| ${abruptExitCodes.SIGTERM} | A second SIGTERM, likewise. |`,
].join('\n');

const onTheWire = `### The shape of what was sent

These errors come before a session looks at an event. REST bodies are checked in the same way, and answered with status 400.

${shapeTable()}
### In a session

${sessionTable()}
### MCP servers

These are mistakes in an entry of \`tools\` that names an MCP server. \`{entry}\` is its path, such as \`session.tools[0]\`. The whole update is
refused, and no server is contacted.

${mcpTable()}
### Translation sessions

These come in addition to those of [the shape](#the-shape-of-what-was-sent):

${translationTable()}
### Relayed sessions

A [relayed](relay.md) session has the errors of its upstream, and these of the server in between:

${relayTable()}
### Takes that are played

A server that plays a [take](takes.md) sends what was recorded, and these errors, after which it closes with 4000:

${replayTable()}
`;

const doors = `## Refused on the socket

A WebSocket client can't read the body of a refused upgrade. So the upgrade succeeds, one \`error\` event follows, and the
socket closes with the code in the table. The close reason is the error's type and code, joined by a dot.

${refusalTable()}
## How sessions end

An \`error\` event says why, then the socket closes:

${endingTable()}
If the client breaks the rules of WebSocket, no event comes before the close:

${closeTable()}
A session that its client closes ends with the client's own code, usually 1000. A translation session ends with 1000 after
\`session.closed\`. If one side vanishes, the other sees 1006. A relayed session ends with the code and the reason of its upstream.
[The client's page](client.md) says after which of these codes it reconnects.

## HTTP

Every failure has the body \`{"error":{"message","type","param","code"}}\`. Requests for an upgrade get such an answer, too, if
they are refused before it: because of their origin, their host, too many wrong keys, or a path or call that does not exist. A body
that makes no sense is answered with 400 and a code of [the shape](#the-shape-of-what-was-sent); \`invalid_model\` means that the model is not
served.

${httpTable()}
## Calls by SIP

A telephone call that is not to be hears a status of SIP. Where the server has turned it down itself, \`antiphon_refusals_total\` counts
that by a code; see [the telephone](telephone.md#calls-by-sip).

| Status | Code | Why | What to do |
| --- | --- | --- | --- |
| 403 | \`peer_not_allowed\` | its source is none of \`telephony.sip.peers\` | Add the address, the network or the TLS name of the carrier or exchange. Without \`peers\` only loopback may call. |
| 480 | | nobody has accepted it within \`answer_s\`, the app could not be told of it, or it was hung up while it rang | Look into the server’s log for what the app’s webhook answered. |
| 488 | \`invalid_offer\` | it offers no sound that is spoken here | Switch on PCMU or PCMA at the other side. |
| 500 | \`invalid_model\`, … | \`telephony.sip.answer\` does not work | Look into the server’s log. |
| 503 | \`rate_limit_exceeded\` | its source sets up more than 50 calls a second, or the key is over its limits | Try again after \`Retry-After\`. |
| 503 | \`session_limit_reached\`, \`server_draining\`, … | the server is full or drains | The same; raise \`limits.sessions\` where the machine has room. |
| 503 | \`calls_unavailable\` | no port is left for its sound | Widen \`telephony.sip.rtp_ports\`: each call takes two. |

`;

const programs = `
## The client

\`antiphon/client\` throws, and rejects with, one class of its own, \`ClientError\`. If the server answered a request with an
\`error\` event, the request rejects with a \`RealtimeError\` instead. It has that error's \`type\`, \`code\`, \`param\`, \`message\`
and \`eventId\`, which you find [above](#on-the-wire).

${clientTable()}
### Sound in a browser

\`antiphon/client/browser\` rejects with an \`AudioDeviceError\`, whose \`cause\` is the browser's own error.

${deviceTable()}
## Starting a server

\`listen()\` rejects with a \`SetupError\`, whose \`message\` is one line that says what to do; the commands print that line and exit
with 1.

${setupTable()}
\`readScenario\` throws a \`ScenarioError\`, whose message is \`FILE:LINE: what is wrong\`.

## Exit codes

${exitTable}
`;

/** The text of `docs/errors.md`. */
export function errorsPage(): string {
  return [introduction, onTheWire, doors, failing, programs].join('');
}
