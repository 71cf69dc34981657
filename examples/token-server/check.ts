/**
 * A page that fetches a secret and talks with it. Beside a running examples/token-server/server.ts:
 * node --conditions=browser examples/run.js token-server/check.ts
 */
import assert from 'node:assert/strict';
import { connect } from 'antiphon/client';
import { appOrigin, appUrl } from '../app.ts';
import { endpoint } from '../endpoint.ts';
import { becomePageOf } from '../fake-browser.ts';

becomePageOf(appOrigin);
const tokenUrl = new URL('/token', appUrl);

const { key, url } = endpoint;
const given: string[] = [];
const session = await connect({
  url: new URL('/v1/realtime', url),
  // Asked for a secret for each connection, since a secret lasts a minute.
  key: async () => {
    const answer = await fetch(tokenUrl, { method: 'POST', headers: { Origin: appOrigin } });
    const text = await answer.text();
    given.push(text);
    return JSON.parse(text).value;
  },
  session: { type: 'realtime', output_modalities: ['text'] },
});
assert.match(session.config?.type === 'realtime' ? String(session.config.instructions) : '', /our shop/);

await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning' }] });
const response = session.respond();
let answer = '';
for await (const piece of response.text) answer += piece;
session.close();
assert.notEqual(answer, '');
assert.equal(given.length, 1);
assert.ok(key === undefined || !given.join('').includes(key), 'the key stays on the server');

const stranger = await fetch(tokenUrl, { method: 'POST', headers: { Origin: 'https://elsewhere.example' } });
assert.equal(stranger.status, 403);
console.log(`talked with a secret: ${answer}`);
