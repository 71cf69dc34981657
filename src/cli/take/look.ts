import { breachesOf } from '../../take/laws-of-take.ts';
import { showTake } from '../../take/show.ts';
import { publishedPrices } from '../../usage/published-prices.ts';
import { printable } from '../printable.ts';
import { namedTake } from './named-take.ts';

/** `antiphon take show`. */
export async function show(file: string): Promise<void> {
  for (const line of showTake(namedTake(file), publishedPrices)) process.stdout.write(`${printable(line)}\n`);
}

/** `antiphon take check`: exit code 1 where something is broken. */
export async function check(file: string): Promise<void> {
  const take = namedTake(file);
  const broken = breachesOf(take);
  for (const { law, says, breach } of broken) {
    const what = law === 'schema' ? 'schema' : `law ${law} (${says})`;
    process.stdout.write(`${printable(`${what}: ${breach}`)}\n`);
  }
  if (broken.length > 0) process.exitCode = 1;
  else process.stdout.write(`${printable(take.name)} keeps to the schemas and the laws\n`);
}
