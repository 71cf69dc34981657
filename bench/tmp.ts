import { startOurs, startClients } from './load-processes.ts';
import { appendsOf } from './load-audio.ts';
const kind = process.argv[2] ?? 'spoken';
const frames = kind === 'spoken' ? appendsOf({ speechFrames: 50, silenceFrames: 25 }) : [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the answer?' }] } },
  { type: 'response.create', response: { output_modalities: ['text'] } },
].map((event) => JSON.stringify(event));
const s = await startOurs();
const c = startClients();
await c.start({ do: 'turns', url: s.url + '?model=instant', sessions: 20, frames });
await new Promise(r => setTimeout(r, 2000)); await c.report();
const a = await s.usage(); await new Promise(r => setTimeout(r, 5000)); const rep = await c.report(); const b = await s.usage();
console.log(kind, 'turns/cpu s', (rep.turns / ((b.cpuMs - a.cpuMs) / 1000)).toFixed(0), 'turns', rep.turns, 'cpu', (b.cpuMs-a.cpuMs).toFixed(0));
await c.stop(); await s.stop();
