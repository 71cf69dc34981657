import { startClients, startOurs } from './load-processes.ts';

const seconds = Number(process.argv[2] ?? 15);
const s = await startOurs();
const c = startClients();
await c.start({
  do: 'stream',
  url: s.url + '?model=paced',
  sessions: 200,
  sound: { speechFrames: 65, silenceFrames: 135 },
  answeredFrame: null,
});
await new Promise((r) => setTimeout(r, 6000));
await c.report();
const a = await s.usage();
await new Promise((r) => setTimeout(r, seconds * 1000));
const { delaysMs: d, turns, latestSendMs } = await c.report();
const b = await s.usage();
const p = (x: number) => d[Math.min(d.length - 1, Math.floor(d.length * x))]?.toFixed(1);
console.log(
  'turns',
  turns,
  'p50',
  p(0.5),
  'p90',
  p(0.9),
  'p95',
  p(0.95),
  'p99',
  p(0.99),
  'max',
  p(1),
  'cpu%',
  ((b.cpuMs - a.cpuMs) / seconds / 10).toFixed(1),
  'client late',
  latestSendMs.toFixed(1),
  'live MB',
  ((await s.usage({ collect: true })).liveBytes / 1e6).toFixed(0),
  'rss',
  (b.residentBytes / 1e6).toFixed(0),
);
await c.stop();
await s.stop();
