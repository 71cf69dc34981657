import { energyDetector } from '../../src/engines/energy-ears.ts';
import { makeTrack, inPinkNoise, amplified, type Scene } from './track.ts';
import { turnsHeard } from './turn-rule.ts';
import { rmsOf } from './noise.ts';
const texts = ['What is the weather in Paris tomorrow?', 'Yes.', 'Please book a table for four people at half past seven this evening.', 'Stop.', 'She sells sea shells on the sea shore.', 'How are you doing today, my friend?','Hmm, okay.', 'The quick brown fox jumps over the lazy dog while five wizards quickly jinx the gnomes before they vaporise and the whole thing goes on for quite a long time without any pause at all because nobody breathes here'];
const voices = ['en-us','en-us+f3','en-gb+m3','de','en-us+whisper'];
for (const rate of [24000, 8000]) for (const voice of voices) for (const wpm of [140, 175, 240]) {
  const scenes: Scene[] = [{pauseMs: 1000}];
  for (const text of texts) { scenes.push({text, voice, wordsPerMinute: wpm}, {pauseMs: 1300}); }
  const clean = makeTrack(scenes, rate, 500);
  for (const [name, t] of [['clean', clean], ['quiet', amplified(clean,-18)], ['n10', inPinkNoise(clean,10,7)], ['n10q', amplified(inPinkNoise(clean,10,9),-15)],['n15', inPinkNoise(clean,15,8)], ['n20', inPinkNoise(clean, 20, 3)]] as const) {
    const got = turnsHeard(energyDetector(rate), t.samples, rate, {threshold: .5, silenceMs: 500});
    let worst = -1; let on = 0, off = 0;
    const ok = got.length === t.turns.length;
    if (ok) got.forEach((g, i) => { const w = t.turns[i]!; if (Math.abs(g.startMs-w.startMs) > Math.abs(on)) {on = g.startMs-w.startMs; worst=i;} if (Math.abs(g.endMs-w.endMs) > Math.abs(off)) off = g.endMs-w.endMs; });
    console.log(rate, voice, wpm, name, t.turns.length, got.length, ok ? `w${worst} on ${on} off ${off}` : JSON.stringify(got.map(g=>[g.startMs,g.endMs])) + ' want ' + JSON.stringify(t.turns.map(g=>[g.startMs,g.endMs])), (Math.abs(on)>150||Math.abs(off)>250)?'BAD':'' );
  }
}
