import { bareFigures } from '../test/load/neighbours/bare.ts';
import { alone, besides, figuresOf, honestCount, openStreet, type Street } from '../test/load/neighbours/street.ts';
import { neighbours } from '../test/load/neighbours/table.ts';
import { pinned } from './load-processes.ts';

/** Turns of each honest conversation without neighbours. */
const turns = 100;

/** Ten honest conversations beside every kind of bad neighbour, beside none, and with a bare server; and the way out. */
export async function run(): Promise<void> {
  const onFirstCore = pinned ? ['taskset', '-c', '0'] : [];
  const [program = process.execPath, ...flags] = [...onFirstCore, process.execPath];
  const street = await openStreet({ node: [program, ...flags] });
  try {
    const realtime = `${street.url.replace('http', 'ws')}/v1/realtime?model=honest`;
    console.log(`${honestCount} honest conversations, each typed turn from its first frame to the end of its answer`);
    await alone(realtime, turns); // what is made once is made now
    console.log(`  bare server, no neighbours           ${await bareFigures(realtime, turns, ...onFirstCore)}`);
    console.log(`  no neighbours                        ${figuresOf(await alone(realtime, turns))}`);
    const { result, conversations } = await besides(realtime, 0, () => street.everybody());
    console.log(
      `  ${String(neighbours.length).padEnd(3)}kinds of bad neighbours           ${figuresOf(conversations)}`,
    );
    for (const [name, problem] of Object.entries(result)) console.log(`  the neighbour who ${name}: ${problem}`);
    await oneByOne(street, realtime);
    await wayOut(street);
  } finally {
    street.program.kill('SIGKILL');
    street.close();
  }
}

/** Which neighbour costs the others how much. */
async function oneByOne(street: Street, realtime: string): Promise<void> {
  for (const { name } of neighbours) {
    const { conversations } = await besides(realtime, 0, () => street.visit(name));
    console.log(`  ${name.padEnd(60)} ${figuresOf(conversations)}`);
  }
}

async function wayOut({ program, begin }: Street): Promise<void> {
  begin();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const began = performance.now();
  program.kill('SIGTERM');
  const code = await program.exited();
  console.log(`SIGTERM amid them: exit ${code} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
