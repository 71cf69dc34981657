import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyFamily } from '../../scripts/reference/metrics-page.ts';
import { connect, refusedUpgrade } from '../e2e/peer.ts';
import { modelThat, serve, textTurn } from '../e2e/test-server.ts';

/** The value of each series of a scrape, by its name and labels as they are written. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The first scrape in which a series has this value; the test's own deadline ends the wait. */
async function scrapeUntil(url: string, series: string, value: number): Promise<ReadonlyMap<string, number>> {
  for (;;) {
    const found = await scrape(url);
    if (found.get(series) === value) return found;
  }
}

describe('GET /metrics', () => {
  it('tells of sessions, frames, bytes, responses and their times', async () => {
    const server = await serve({ auth: { keys: ['secret'] } });
    const peer = await connect(server.realtime, { headers: { Authorization: 'Bearer secret' } });
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
    const during = await scrape(server.url);
    expect(during.get('antiphon_sessions{kind="realtime",transport="websocket"}')).toBe(1);
    expect(during.get('antiphon_frames_total{direction="in"}')).toBe(2);
    expect(during.get('antiphon_frames_total{direction="out"}')).toBe(peer.events.length);
    const sent = peer.events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    expect(during.get('antiphon_network_bytes_total{direction="out"}')).toBeGreaterThan(sent);
    expect(during.get('antiphon_responses_total{status="completed",reason=""}')).toBe(1);
    expect(during.get('antiphon_response_seconds_count{stage="done"}')).toBe(1);
    expect(during.get('antiphon_response_seconds_bucket{stage="done",le="+Inf"}')).toBe(1);
    expect(during.get('antiphon_tokens_total{direction="out",modality="text"}')).toBeGreaterThan(0);
    expect(during.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(during.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
    peer.socket.close(1000);
    await peer.closed();
    const after = await scrapeUntil(server.url, 'antiphon_sessions{kind="realtime",transport="websocket"}', 0);
    expect(after.get('antiphon_sessions_total{kind="realtime",transport="websocket"}')).toBe(1);
    expect(after.get('antiphon_session_closes_total{code="1000",transport="websocket"}')).toBe(1);
  });

  it('counts errors and refusals by codes that nobody can invent', async () => {
    const failing = modelThat(() => [{ type: 'failed', code: 'made_up_by_the_model', message: 'No.' }]);
    const server = await serve({ models: { echo: failing }, limits: { sessions: 1 } });
    const peer = await connect(server.realtime);
    peer.send({ type: 'nonsense' });
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
    await (await connect(server.realtime)).closed();
    await (await connect(`${server.ws}/v1/realtime?model=unknown`)).closed();
    await refusedUpgrade(`${server.ws}/elsewhere`);
    const found = await scrape(server.url);
    expect(found.get('antiphon_errors_total{code="invalid_value"}')).toBe(1);
    expect(found.get('antiphon_responses_total{status="failed",reason="other"}')).toBe(1);
    expect(found.get('antiphon_response_seconds_count{stage="done"}')).toBeUndefined();
    expect(found.get('antiphon_refusals_total{code="session_limit_reached"}')).toBe(1);
    expect(found.get('antiphon_refusals_total{code="invalid_model"}')).toBe(1);
    expect(found.get('antiphon_refusals_total{code="unknown_url"}')).toBe(1);
  });

  it('is of one server, also where a process runs several', async () => {
    const [one, other] = [await serve(), await serve()];
    const peer = await connect(one.realtime);
    await peer.event('session.created');
    expect((await scrape(one.url)).get('antiphon_sessions_total{kind="realtime",transport="websocket"}')).toBe(1);
    expect(
      (await scrape(other.url)).get('antiphon_sessions_total{kind="realtime",transport="websocket"}'),
    ).toBeUndefined();
    peer.socket.terminate();
  });

  it('takes no other method', async () => {
    const server = await serve();
    expect((await fetch(`${server.url}/metrics`, { method: 'POST' })).status).toBe(405);
  });
});

describe('docs/operations.md', () => {
  it('names every metric with its type and labels, and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const told = [...page.matchAll(/^\| `(antiphon_\w+)` +\| (\w+) +\| ([^|]*?) +\|/gm)].map(
      ([, name, type, labels]) => ({
        name,
        type,
        labels: [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label),
      }),
    );
    expect(told).toEqual(everyFamily().map(({ name, type, labels }) => ({ name, type, labels })));
  });
});
