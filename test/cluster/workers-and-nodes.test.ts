import { expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import type { RunningProgram } from '../e2e/running-program.ts';
import { textTurn } from '../e2e/test-server.ts';
import { again, count, greeted, handleOf, ofType } from '../resume/resumed.ts';
import { frontOf } from './front.ts';
import { redisOfFile } from './redis-server.ts';

const programs = programsOfTest();
const redis = redisOfFile();

interface Row {
  readonly id: string;
  readonly node: string;
}

async function rowsOf(url: string): Promise<readonly Row[]> {
  return (await (await fetch(`${url}/admin/sessions`)).json()).data;
}

it('workers share a store with nodes that have none: a session goes on anywhere, whatever becomes of the worker', async () => {
  const environment = { ANTIPHON_STATE_SECRET: 'a secret of the nodes' };
  const { url: state } = await frontOf(redis.path);
  const begin = (...flags: readonly string[]): RunningProgram =>
    programs.run(['serve', '--port', '0', '--state', state, ...flags], { environment });
  const [crew, single] = [begin('--workers', '2'), begin()];
  const [crewUrl, singleUrl] = [await crew.url(), await single.url()];
  const ws = { ws: singleUrl.replace('http', 'ws') };
  const first = await connect(`${crewUrl.replace('http', 'ws')}/v1/realtime?model=echo&resumption=1`);
  const { id } = await greeted(first);
  for (const event of textTurn) first.send(event);
  await count(first, 'response.done', 1);
  await until('it to be written down', () => first.events.at(-1)?.type === 'session.resumption.updated');
  for (const url of [crewUrl, singleUrl]) await until('it to be listed', async () => (await rowsOf(url)).length === 1);
  // Asked elsewhere, the worker goes on with it.
  const second = await connect(again(ws, await handleOf(first), first.events.at(-1)?.event_id));
  expect(await greeted(second)).toMatchObject({ id, resumption: { resumed: 'continued' } });
  expect((await first.closed()).code).toBe(1012);
  crew.kill('SIGKILL');
  await second.closed();
  const third = await connect(again(ws, await handleOf(second)));
  expect(await greeted(third)).toMatchObject({ id, resumption: { resumed: 'recovered' } });
  await count(third, 'conversation.item.done', 2);
  expect(ofType(third.events, 'conversation.item.done').map(({ item }) => item)).toEqual(
    ofType(first.events, 'conversation.item.done').map(({ item }) => item),
  );
});
