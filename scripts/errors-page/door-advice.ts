import type { httpErrors } from '../../src/server/admission/http-errors.ts';
import type { refusals } from '../../src/server/admission/refusal.ts';
import { type AdviceOn, hole } from './advice.ts';

/** What to do about each refusal on the socket. */
export const refusalAdvice: AdviceOn<typeof refusals> = {
  noCredentials: [
    'Present a key: `Authorization: Bearer KEY`, `api-key: KEY`, or the subprotocol `openai-insecure-api-key.KEY`.',
    [],
  ],
  wrongKey: [
    'Present another key. A client secret (`ek_…`) may have expired: fetch a new one for each connection.',
    [],
  ],
  betaShape: ['Drop the beta header, or ask the operator for `beta_header: translate`.', []],
  missingModel: ['Put `?model=NAME` into the address, or `?intent=transcription`.', []],
  unknownModel: ['Name a model that `GET /v1/models` lists.', ['{model}', ['{name}', '{name}']]],
  modelNotWanted: ['Leave `model` out of the address: the client secret is for a transcription session.', []],
  notTranslating: ['Name a model that translates, or connect to `/v1/realtime`.', ['{model}']],
  intentNotWanted: ['Leave `intent` out of the address.', []],
  secretForModel: ['Name that model, or none.', ['{model}']],
  secretForElsewhere: ['Connect to the path that the message names, or fetch a secret of the other kind.', ['{path}']],
  lockedSecret: ['Ask for a secret whose session leaves this field out.', ['session.instructions']],
  tooManySessions: ['Try again after a while. The operator sets this limit: `limits.sessions`.', [hole('limit')]],
  tooManySessionsOfKey: [
    'End sessions of the same key, or try again after a while. The operator sets this limit: `sessions` of the key.',
    [hole('limit')],
  ],
  quotaUsedUp: [
    'Wait until the budget starts again, or ask the operator for more: `budget` of the key. Trying earlier does not help.',
    [],
  ],
  memoryFull: ['Try again after a while. The operator sets this limit: `limits.total_bytes`.', [hole('bytes')]],
  draining: ['Connect again: a load balancer leads you to another server, or this one is back soon.', []],
  resumeHandleInvalid: [
    'Begin a new session. A handle is good for the key that opened the session, and for client secrets of that key.',
    [],
  ],
  resumeHandleExpired: [
    'Begin a new session: this one was closed by its client, has come to its end, or was left for longer than `resume.keep_s`.',
    [],
  ],
  resumeSuperseded: ['Use the newest handle: each connection that resumes the session brings its own.', []],
  resumeNotAvailable: [
    'Begin a new session. Translation sessions and those that are passed on to an upstream can’t be [resumed](resuming.md).',
    [],
  ],
  stateUnavailable: [
    'Try again after a while. The operator looks after the [shared state](cluster.md), or lets servers go on without it: `state.when_down`.',
    [],
  ],
  upstreamUnavailable: [
    'Try again after a while. The operator finds in the log what each [upstream](relay.md) did.',
    [],
  ],
  upstreamRefused: [
    "The operator's key for the upstream is wrong: the log names the [upstream](relay.md). If the close code is 4000, the upstream refused the session over HTTP, without an error of its own.",
    [],
  ],
  internal: ['Connect again. The server’s log says what failed, under the session’s id if there is one.', [], ['{id}']],
};

/** What to do about each way in which a request by plain HTTP, an upgrade included, can fail. */
export const httpAdvice: AdviceOn<typeof httpErrors> = {
  unknownUrl: ['Check the path; [rest.md](rest.md) lists all of them.', ['{method}', '{path}']],
  methodNotAllowed: ['Use a method that the `Allow` header names.', ['{method}', '{path}', ['{method}', '{method}']]],
  upgradeRequired: ['Connect with a WebSocket client. A proxy in between may have dropped the `Upgrade` header.', []],
  malformedUpgrade: ['Use a WebSocket client of protocol version 13.', ['{reason}']],
  originNotAllowed: ['Have the operator add the page’s origin to `auth.allowed_origins`.', []],
  hostNotAllowed: [
    'Call the server by a name of the machine itself, or have the operator add the name to `auth.allowed_hosts` or configure keys.',
    [],
  ],
  forwardNotAccepted: [
    'Leave out `x-antiphon-forward`: nodes of one endpoint use it to pass requests on to each other. If this happens between nodes, give all of them the same `state.secret`, and keep their clocks within 30 seconds.',
    [],
  ],
  noCredentials: ['Present a key: `Authorization: Bearer KEY` or `api-key: KEY`.', []],
  wrongKey: ['Present another key. A client secret opens sessions and calls, and no other path.', []],
  tooManyWrongKeys: [
    'Wait as long as `Retry-After` says, or present the right key, which is never refused.',
    [hole('seconds')],
  ],
  limitReached: [
    'Wait as long as `Retry-After` says. The operator sets this limit: `limits` of the key.',
    [hole('seconds')],
  ],
  quotaUsedUp: ['Wait as long as `Retry-After` says, or ask the operator for more: `budget` of the key.', []],
  bodyTooLarge: ['Send less.', [hole('bytes')]],
  chunksTooLarge: ['Send the body without chunk extensions.', []],
  headersTooLarge: ['Send fewer or smaller headers; cookies are the usual cause.', []],
  requestTimeout: ['Send the headers within 15 seconds and the whole request within 30.', []],
  malformedRequest: ['Use an HTTP client: what came is not HTTP of version 1.1.', ['{reason}']],
  expectationFailed: ['Leave the `Expect` header out.', []],
  noProxy: ['This server is no proxy: check the proxy settings of your client.', []],
  tooManySecrets: [
    'Wait as long as `Retry-After` says. The operator sets this limit: `limits.secrets`.',
    [hole('limit')],
  ],
  secretTooLarge: [
    'Put less into the session of the secret. The operator sets this limit: `limits.secret_bytes`.',
    [hole('most'), hole('bytes')],
  ],
  missingOffer: ['Send what `createOffer` of an `RTCPeerConnection` gives.', []],
  badOffer: ['Offer sound or a data channel, and send the SDP exactly as the browser wrote it.', ['{what is wrong}.']],
  unsupportedContentType: [
    'Set `Content-Type` as the message says. For a form, `fetch` does so by itself.',
    ['{type}'],
  ],
  malformedForm: ['Let `FormData` write the form, and set no `Content-Type` yourself.', ['{reason}']],
  unknownField: ['Leave the field out: a form has `sdp` and `session`.', ['{field}']],
  modelTwice: ['Name the model in one of the two places.', ['{model}', '{model}']],
  callNotPassedOn: [
    'Connect by WebSocket. Of the [kinds of upstreams](relay.md#calls), `azure-preview` takes no calls.',
    ['{model}'],
  ],
  callsUnavailable: ['Have the operator install what the message names, and restart the server.', ['{what}']],
  callIsUp: ['Hang it up with `…/hangup`. The other verbs are for telephone calls.', ['{id}']],
  callAnswered: ['Join it as a sideband, or hang it up: a call is accepted or rejected once.', ['{id}']],
  callEnded: ['Wait for the next: the caller has given up, or nobody has accepted it in time.', ['{id}']],
  callRings: ['Accept the call, and send it on then.', ['{id}']],
  badStatus: ['Choose 486 for busy, 603 to decline, or leave it out.', [200]],
  badSignature: [
    'Check `auth_token` (Twilio) or `public_key` (Telnyx), and that `telephony.public_url` is the address at which the carrier reaches the server: its signature covers that. For Telnyx the clocks may be five minutes apart.',
    [],
  ],
  missingCallSid: ['Point the number’s webhook for voice at this path, by POST.', []],
  phoneNotPassedOn: ['Name a model that answers here: see [the telephone](telephone.md).', ['{model}']],
  referRefused: [
    'Have the operator add the number to `refer_allow`: [nobody may be called by default](telephone.md). The target is a number, a `tel:` or a `sip:` address.',
    [],
  ],
  referFailed: [
    'The number may be wrong, or the carrier’s account may not call it. The server’s log has what a carrier of media streams answered.',
    [],
  ],
  unknownCall: [
    'The call is over, never existed, or was opened with another key. Its id is in `Location` of the answer to its offer.',
    ['{id}'],
  ],
  unknownSession: ['The session is over. `GET /admin/sessions` lists those that are open.', ['{id}']],
  internal: ['Try again. The server’s log says what failed.', []],
};
