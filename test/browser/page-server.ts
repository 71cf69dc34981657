import { createServer } from 'node:http';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

const servers: { close(): void }[] = [];

afterAll(() => {
  for (const server of servers.splice(0)) server.close();
});

export interface ServedPage {
  readonly html: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** The page's content security policy. */
  readonly policy?: string;
}

/** Serves a page on a free port of this machine; closed after the file's tests. */
export async function servePage({ html, scripts, policy }: ServedPage): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const script = scripts[path];
    const type = script === undefined ? 'text/html' : 'text/javascript';
    if (policy !== undefined) response.setHeader('content-security-policy', policy);
    // A browser asks for an icon too.
    response.writeHead(script === undefined && path !== '/' ? 204 : 200, { 'content-type': `${type}; charset=utf-8` });
    response.end(script ?? html);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/`;
}

/** One script of a module and all that it imports, as an app's bundler makes it: our package is the built one. */
export async function bundle(entryPoint: string): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [entryPoint], bundle: true, format: 'esm', write: false });
  return outputFiles.map(({ text }) => text).join('');
}
