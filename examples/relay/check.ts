/**
 * A page that talks through the relay. Beside a running examples/relay/server.ts:
 * node --conditions=browser examples/run.js relay/check.ts
 */
import assert from 'node:assert/strict';
import { ClientError, connect } from 'antiphon/client';
import { appOrigin, appUrl } from '../app.ts';
import { becomePageOf } from '../fake-browser.ts';

becomePageOf(appOrigin);
// No key: the page has none.
const session = await connect({ url: appUrl, session: { type: 'realtime', output_modalities: ['text'] } });
await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning' }] });
const response = session.respond();
let answer = '';
for await (const piece of response.text) answer += piece;
assert.notEqual(answer, '');
// Errors come through with the request that they are about.
await assert.rejects(session.retrieveItem('no_such_item'), { name: 'RealtimeError' });
session.close(1000, 'bye');
const { code } = await session.closed;
assert.equal(code, 1000);

becomePageOf('https://elsewhere.example');
await assert.rejects(connect({ url: appUrl, reconnect: false }), ClientError);
console.log(`talked through the relay: ${answer}`);
