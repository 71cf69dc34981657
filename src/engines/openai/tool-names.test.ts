import { describe, expect, it } from 'vitest';
import type { Question } from '../parts.ts';
import { offered, toolNames } from './tool-names.ts';

const fn = (name: string) => ({ type: 'function', name }) as const;
const offer = (serverLabel: string, name: string): Question['mcpTools'][number] => ({
  serverLabel,
  name,
  description: '',
  inputSchema: { type: 'object' },
});

describe('toolNames', () => {
  it('leaves a name as it is where nothing stands against it', () => {
    const { tools } = toolNames({ tools: [fn('weather')], mcpTools: [offer('shop', 'find')] });
    expect(tools.map(({ sentName }) => sentName)).toEqual(['weather', 'find']);
  });

  it('puts the server before a name that is taken, and a number after one that is taken all the same', () => {
    const mcpTools = [offer('a', 'find'), offer('b', 'find'), offer('b', 'find'), offer('c d', 'find!')];
    const { tools } = toolNames({ tools: [fn('find')], mcpTools });
    expect(tools.map(({ sentName }) => sentName)).toEqual(['find', 'a_find', 'b_find', 'b_find_2', 'c_d_find_']);
  });

  it('makes names that the API takes, all different, and knows what each means', () => {
    const long = 'x'.repeat(80);
    const names = toolNames({ tools: [fn(long), fn(`${long}y`), fn('say hello')], mcpTools: [offer('s', long)] });
    const sent = names.tools.map(({ sentName }) => sentName);
    expect(new Set(sent).size).toBe(4);
    expect(sent.every((name) => /^[\w-]{1,64}$/.test(name))).toBe(true);
    expect(sent.map((name) => names.meaning(name).name)).toEqual([long, `${long}y`, 'say hello', long]);
    expect(names.meaning(sent[3] ?? '')).toMatchObject({ serverLabel: 's' });
  });

  it('takes a name that nobody offered for a function', () => {
    const names = toolNames({ tools: [], mcpTools: [] });
    expect(names.meaning('gone')).toEqual({ name: 'gone', serverLabel: null });
    expect(names.sentName('no longer', 'shop')).toBe('no_longer');
  });

  it('gives a tool without parameters an object without any', () => {
    const { tools } = toolNames({ tools: [fn('weather')], mcpTools: [] });
    expect(tools[0]?.parameters).toEqual({ type: 'object', properties: {} });
  });

  it('requires nothing where nothing is on offer', () => {
    expect(offered(toolNames({ tools: [], mcpTools: [] }), 'required')).toEqual({ tools: [], isRequired: false });
  });
});
