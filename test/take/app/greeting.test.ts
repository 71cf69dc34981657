import { join } from 'node:path';
import { listen } from 'antiphon/server';
import { readScenario, replayServer, scenarioModel } from 'antiphon/testing';
import { expect, it } from 'vitest';
import { greeting } from './greeting.ts';

it('greets, says a script', async () => {
  const script = 'replies: [{ when: { contains: Ada }, steps: [{ say: "Hello, Ada!" }] }]';
  const server = await listen({ port: 0, models: { '*': scenarioModel(readScenario(script, 'script')) } });
  expect(await greeting(server.url, 'Ada')).toBe('Hello, Ada!');
  await server.close();
});

it('greets, as the real model once did', async () => {
  const server = await replayServer(join(import.meta.dirname, 'greeting.take.jsonl'));
  expect(await greeting(server.url, 'Ada')).toBe('Good morning, dear Ada!');
  await server.close();
});
