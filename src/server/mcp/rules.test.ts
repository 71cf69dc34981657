import { describe, expect, it } from 'vitest';
import type { McpTool } from '../../protocol/types.ts';
import { mcpRules, urlsOf } from './rules.ts';

const entry = (rest: Partial<McpTool>): McpTool => ({ type: 'mcp', server_label: 'x', ...rest });
const permits = (pattern: string, url: string): boolean => mcpRules({ allow: [pattern] }).permits(new URL(url));

describe('a pattern of allowed servers', () => {
  it.each([
    ['https://mcp.example/*', 'https://mcp.example/'],
    ['https://mcp.example/*', 'https://mcp.example/a/b?key=1'],
    ['https://mcp.example/*', 'https://MCP.example:443/a'],
    ['https://mcp.example', 'https://mcp.example/a'],
    ['https://mcp.example/mcp', 'https://mcp.example/mcp?key=1'],
    ['https://mcp.example/v1/*', 'https://mcp.example/v1/x'],
    ['https://*.example/*', 'https://a.b.example/x'],
    ['https://*/*', 'https://anything.at.all/x'],
    ['http://*:9000/*', 'http://anything:9000/'],
    ['http://[::1]:9000/*', 'http://[0::1]:9000/x'],
  ])('%s takes %s', (pattern, url) => expect(permits(pattern, url)).toBe(true));

  it.each([
    ['https://mcp.example/*', 'http://mcp.example/'],
    ['https://mcp.example/*', 'https://mcp.example:8443/'],
    ['https://mcp.example/*', 'https://evil-mcp.example/'],
    ['https://mcp.example/*', 'https://mcp.example.evil/'],
    ['https://mcp.example/*', 'https://mcp.example@evil.test/'],
    ['https://mcp.example/mcp', 'https://mcp.example/mcp/more'],
    ['https://mcp.example/v1/*', 'https://mcp.example/v1/../admin'],
    ['https://mcp.example/v1/*', 'https://mcp.example/v1/%2e%2e/admin'],
    ['https://mcp.example/v1/*', 'https://mcp.example/v1\\..\\admin'],
    ['https://*.example/*', 'https://example/'],
    ['https://*.example/*', 'https://badexample/'],
    ['http://*:9000/*', 'http://anything/'],
  ])('%s does not take %s', (pattern, url) => expect(permits(pattern, url)).toBe(false));

  it.each([
    '',
    '*',
    'mcp.example',
    'ftp://mcp.example/*',
    'https://a*b.example/',
    'https://a.example/*/b',
    'https://u:p@a.example/',
    'https://a.example/?x=*',
    'https:///x',
  ])('cannot be %j', (pattern) => expect(() => mcpRules({ allow: [pattern] })).toThrow('is no pattern of MCP servers'));
});

describe('where an entry’s server is reached', () => {
  const rules = mcpRules({
    allow: ['https://mcp.example/*'],
    connectors: { connector_dropbox: 'https://dropbox.example/mcp' },
  });

  it('is its URL, where that is allowed', () => {
    expect(rules.urlOf(entry({ server_url: 'https://mcp.example/a' }))).toBe('https://mcp.example/a');
    expect(rules.urlOf(entry({ server_url: 'https://other.example/a' }))).toBeNull();
    expect(rules.urlOf(entry({ server_url: 'no url' }))).toBeNull();
    expect(rules.urlOf(entry({ server_url: 'file:///etc/passwd' }))).toBeNull();
  });

  it('is never a URL with a password, which would be shown', () => {
    expect(rules.urlOf(entry({ server_url: 'https://u:p@mcp.example/a' }))).toBeNull();
  });

  it('is the URL behind its connector, which needs no pattern', () => {
    expect(rules.urlOf(entry({ connector_id: 'connector_dropbox' }))).toBe('https://dropbox.example/mcp');
    expect(rules.permits(new URL('https://dropbox.example/mcp'))).toBe(true);
    expect(rules.permits(new URL('https://dropbox.example/other'))).toBe(false);
    expect(rules.urlOf(entry({ connector_id: 'connector_gmail' }))).toBeNull();
  });

  it('is asked of every entry, functions left out', () => {
    const tools = [{ type: 'function' as const, name: 'f' }, entry({ server_url: 'https://mcp.example/a' })];
    expect(urlsOf(tools, rules)).toEqual([null, 'https://mcp.example/a']);
  });

  it('is nowhere by default', () => {
    expect(mcpRules().urlOf(entry({ server_url: 'https://mcp.example/a' }))).toBeNull();
  });

  it('cannot be a connector without a URL', () => {
    expect(() => mcpRules({ connectors: { connector_gmail: 'gmail' } })).toThrow('connector_gmail needs an http');
    expect(() => mcpRules({ connectors: { connector_gmail: 'https://u:p@x/' } })).toThrow('connector_gmail');
  });
});

describe('an address', () => {
  const rules = mcpRules({
    allow: ['http://127.0.0.1:9000/*', 'https://localhost/*', 'https://[fd00::1]/*', 'https://*/*'],
  });
  const to = (address: string, url: string): boolean => rules.permitsAddress(address, new URL(url));

  it('that is public may be connected to', () => {
    expect(to('1.1.1.1', 'https://mcp.example/')).toBe(true);
  });

  it('that is private only where the rules name it, on the port they name it with', () => {
    expect(to('127.0.0.1', 'http://mcp.example:9000/')).toBe(true);
    expect(to('127.0.0.1', 'http://mcp.example:9001/')).toBe(false);
    expect(to('127.0.0.1', 'https://mcp.example/')).toBe(true);
    expect(to('::1', 'https://mcp.example/')).toBe(true);
    expect(to('fd00::1', 'https://mcp.example/')).toBe(true);
    expect(to('10.0.0.1', 'https://mcp.example/')).toBe(false);
  });
});
