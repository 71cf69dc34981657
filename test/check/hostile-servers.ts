import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

const nothingHere: RequestListener = (_request, response) => void response.writeHead(404).end();

/** Accepts whoever comes, and does something to them. */
function accepting(work: (socket: WebSocket) => void, answer = nothingHere): Server {
  const server = createServer(answer);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => {});
      work(socket);
    });
  });
  return server;
}

/** Of every WebSocket (RFC 6455, section 1.3). */
const protocolId = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const created = JSON.stringify({
  type: 'session.created',
  event_id: 'event_1',
  session: { type: 'realtime', id: 'sess_1' },
});

function greet(socket: WebSocket): void {
  socket.send(created);
}

/** Delta after delta, as fast as they are taken, and an end to none. */
function babble(socket: WebSocket): void {
  socket.send(created);
  const delta = JSON.stringify({ type: 'response.output_text.delta', event_id: 'event_2', delta: 'la '.repeat(300) });
  function say(): void {
    if (socket.readyState !== socket.OPEN) return;
    for (let frame = 0; frame < 500; frame++) socket.send(delta);
    setImmediate(say);
  }
  say();
}

/** Servers that no client should meet, by what they do. */
const hostileServers: Readonly<Record<string, () => Server>> = {
  'says nothing': () => accepting(() => {}),
  'greets and says nothing more': () => accepting(greet),
  'never stops': () => accepting(babble),
  'sends frames of 100 MB': () => accepting((socket) => socket.send('x'.repeat(100_000_000))),
  'sends what is no UTF-8': () =>
    accepting((socket) => socket.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { binary: false })),
  'closes at once': () => accepting((socket) => socket.close(1000)),
  'sends elsewhere': () => {
    const server = createServer();
    server.on('upgrade', (_request, stream) => {
      stream.end('HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n');
    });
    return server;
  },
  'answers the upgrade drop by drop': () => {
    const server = createServer();
    server.on('upgrade', (_request, stream) => {
      stream.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000000\r\n\r\n');
      const drops = setInterval(() => stream.write('x'), 20);
      stream.on('error', () => {}).on('close', () => clearInterval(drops));
    });
    return server;
  },
  'greets drop by drop': () => {
    const server = createServer();
    server.on('upgrade', (request, stream) => {
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${protocolId}`).digest('base64');
      stream.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      stream.write(Buffer.from([0x81, 0x7e, 0xff, 0xff])); // a text of 65,535 bytes
      const drops = setInterval(() => stream.write('x'), 20);
      stream.on('error', () => {}).on('close', () => clearInterval(drops));
    });
    return server;
  },
  'speaks no HTTP': () => {
    const server = createServer();
    server.on('upgrade', (_request, stream) => void stream.end('SSH-2.0-OpenSSH_9.6\r\n'));
    return server;
  },
};

const huge = Buffer.alloc(100_000_000, 'x');

/** What becomes of requests at servers whose sessions are as they should be. */
const hostileAnswers: Readonly<Record<string, RequestListener>> = {
  'answers no request': () => {},
  'answers requests drop by drop': (_request, response) => {
    response.writeHead(201, { location: '/v1/realtime/calls/rtc_1' });
    const drops = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(drops));
  },
  'answers requests with 100 MB': (_request, response) => void response.end(huge),
  'sends requests elsewhere': (_request, response) =>
    void response.writeHead(307, { location: 'http://elsewhere.example/' }).end(),
  'hangs up on requests': (request) => void request.socket.destroy(),
};

/** One of them, by what it does. */
export function hostile(name: string): Server {
  const answer = hostileAnswers[name];
  if (answer !== undefined) return accepting(greet, answer);
  const make = hostileServers[name];
  if (make === undefined) throw new Error(`No server ${name}.`);
  return make();
}
