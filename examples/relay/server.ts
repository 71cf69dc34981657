/** Browsers talk to this server, and it talks to the endpoint: the key and every frame pass through here. */
import { WebSocket, WebSocketServer } from 'ws';

const { REALTIME_URL = 'http://127.0.0.1:8080/v1/realtime?model=any', REALTIME_KEY = 'none' } = process.env;
const { APP_ORIGIN = 'http://localhost:3000', PORT = '3000' } = process.env;
const maxWaitingBytes = 1_000_000;

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(PORT),
  // Your sign-in goes here, too: cookies come with the request.
  verifyClient: ({ origin }: { origin: string }) => origin === APP_ORIGIN,
});

server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`Listening on http://127.0.0.1:${address?.port}`);
});
server.on('connection', (browser) => {
  const endpoint = new WebSocket(REALTIME_URL, { headers: { Authorization: `Bearer ${REALTIME_KEY}` } });
  browser.pause();
  endpoint.on('open', () => browser.resume());
  pass(browser, endpoint);
  pass(endpoint, browser);
});

/** Passes on every frame as it is, no faster than the other side takes them, and in the end the reason. */
function pass(from: WebSocket, to: WebSocket): void {
  from.on('message', (data, isBinary) => {
    to.send(data, { binary: isBinary }, () => from.resume());
    if (to.bufferedAmount > maxWaitingBytes) from.pause();
  });
  // These codes tell that no reason came, and can't be sent: 1011 says that it broke on the way.
  from.on('close', (code, reason) => {
    to.resume();
    to.close(code === 1005 || code === 1006 ? 1011 : code, reason);
  });
  // A failure is followed by a close.
  from.on('error', () => {});
}
