import { describe, expect, it } from 'vitest';
import { endpointsToAsk, usualEndpoints } from './known.ts';

describe('the endpoints that are asked', () => {
  it('are the usual ones, after those that were named', () => {
    const asked = endpointsToAsk(['http://gpu:9000/v1/'], {});
    expect(asked).toEqual([{ name: 'http://gpu:9000/v1/', baseUrl: 'http://gpu:9000/v1' }, ...usualEndpoints]);
  });

  it('are asked once each', () => {
    const asked = endpointsToAsk(['http://localhost:8000/v1'], {});
    expect(asked.filter(({ baseUrl }) => baseUrl === 'http://localhost:8000/v1')).toHaveLength(1);
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:11434/v1'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/v1'],
    ['0.0.0.0', 'http://localhost:11434/v1'],
    ['https://ollama.example', 'https://ollama.example/v1'],
    ['http://gpu:7000', 'http://gpu:7000/v1'],
    ['', 'http://localhost:11434/v1'],
    ['http://', 'http://localhost:11434/v1'],
  ])('follow OLLAMA_HOST %j', (host, baseUrl) => {
    expect(endpointsToAsk([], { OLLAMA_HOST: host }).find(({ name }) => name === 'Ollama')?.baseUrl).toBe(baseUrl);
  });
});
