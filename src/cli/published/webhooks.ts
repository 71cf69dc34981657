import { type Part, schema } from './parts.ts';

/** A header of Standard Webhooks. */
function signed(name: string, description: string): Part {
  return { name, in: 'header', required: true, description, schema: { type: 'string' } };
}

/** What the server asks of the app that `telephony.sip.webhook` names. */
export const webhooks: Part = {
  'realtime.call.incoming': {
    post: {
      operationId: 'callIncoming',
      tags: ['calls'],
      summary: 'A telephone calls by SIP, and rings until the app has accepted or rejected the call.',
      description:
        'Signed as Standard Webhooks are. If no 2xx comes within five seconds it is sent again, three times in all; redirects are not followed.',
      parameters: [
        signed('webhook-id', 'The same for every try.'),
        signed('webhook-timestamp', 'When this try was made, in Unix seconds.'),
        signed('webhook-signature', '`v1,` and the HMAC-SHA256 of id, timestamp and body, in base64.'),
      ],
      requestBody: {
        required: true,
        description: 'Which call it is, and what its INVITE says.',
        content: { 'application/json': { schema: schema('IncomingCallWebhook') } },
      },
      responses: { '200': { description: 'The app knows of the call. The body is not read, and any 2xx will do.' } },
    },
  },
};
