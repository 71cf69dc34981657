/** `npm run bench [part …]`: performance as ratios against a baseline of the same run. Above 1, we are the faster. */
const parts: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  serialise: () => import('./serialise.ts'),
  parse: () => import('./parse.ts'),
  audio: () => import('./audio.ts'),
  'voice-activity': () => import('./voice-activity.ts'),
  threads: () => import('./threads.ts'),
  start: () => import('./start.ts'),
  'turn-latency': () => import('./turn-latency.ts'),
  clauses: () => import('./clauses.ts'),
  early: () => import('./early.ts'),
  length: () => import('./length.ts'),
  load: () => import('./load.ts'),
  tails: () => import('./load-tails.ts'),
  neighbours: () => import('./neighbours.ts'),
  calls: () => import('./calls.ts'),
  'call-delay': () => import('./call-delay.ts'),
  telephone: () => import('./telephone.ts'),
  relay: () => import('./relay.ts'),
  resume: () => import('./resume.ts'),
};

/** Take minutes and the whole machine, so they run only when asked for; `load` has the tails too. */
const onlyWhenAsked: ReadonlySet<string> = new Set(['load', 'tails', 'neighbours', 'relay', 'resume']);

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no bench called ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}.`);
  process.exit(1);
}

for (const [name, load] of Object.entries(parts)) {
  if (asked.length > 0 ? !asked.includes(name) : onlyWhenAsked.has(name)) continue;
  console.log(`\n${name}`);
  const { run } = await load();
  await run();
}
