/** Loaded into the server under test: whenever it is asked how much memory it uses, garbage is collected first. */
if (globalThis.gc === undefined) throw new Error('start this with --expose-gc');
const collect = globalThis.gc;
const measure = process.memoryUsage;
process.memoryUsage = Object.assign(() => {
  collect();
  return measure();
}, measure);
