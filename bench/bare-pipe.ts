import { WebSocket, WebSocketServer } from 'ws';

/** What a relay can't do without: a socket for a socket, and every frame from the one to the other. Started with the upstream's URL. */
const upstream = process.argv[2] ?? '';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`Listening on http://127.0.0.1:${port}\n`);
});

server.on('connection', (client) => {
  const behind = new WebSocket(upstream, { perMessageDeflate: false });
  for (const [from, to] of [
    [client, behind],
    [behind, client],
  ] as const) {
    from.on('message', (data, binary) => {
      if (to.readyState === WebSocket.OPEN) to.send(data, { binary });
    });
    from.on('close', () => to.close());
    from.on('error', () => {});
  }
});
