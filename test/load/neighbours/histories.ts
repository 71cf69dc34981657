import { repeats } from '../../setup/scale.ts';
import { inSession, type Neighbour, type Place, typed, update, Visitor } from './visitor.ts';

/** Sends texts until one of them is refused; those that follow are a tenth as long, down to where hardly anything fits. */
async function fill(visitor: Visitor, smallest = 4_000_000): Promise<void> {
  const refusals = (): number => visitor.count('conversation_limit_reached');
  for (let length = 4_000_000; length >= smallest; length /= 10) {
    const before = refusals();
    const text = 'm'.repeat(length);
    while (refusals() === before) {
      const asked = visitor.count('conversation.item.done') + refusals();
      visitor.send(typed(text));
      await visitor.until('an item or an error', () => visitor.count('conversation.item.done') + refusals() > asked);
    }
  }
}

/** As many sessions as there is room for, each as full as it may be, until one is turned away. */
async function crowd(place: Place): Promise<void> {
  const visitors: Visitor[] = [];
  try {
    for (let count = 0; count < enough; count++) {
      const visitor = await Visitor.meet(place);
      visitors.push(visitor);
      await fill(visitor, 40);
    }
    throw new Error('nobody was turned away');
  } catch (cause) {
    if (!String(cause).includes('conversation_limit_reached')) throw cause;
  } finally {
    await Promise.all(visitors.map((visitor) => visitor.leave()));
  }
}

/** So many full sessions are more than all may hold together. */
const enough = 7;
/** What all sessions of the server may hold. */
export const totalBytes = 200_000_000;
/** What one conversation may hold: a hundred thousand items, of 500 bytes and a word each. */
export const conversationBytes = 60_000_000;

const count = repeats(100_000);

/** Long and large conversations. */
export const histories: readonly Neighbour[] = [
  inSession(`has ${count} items`, async (visitor) => {
    await visitor.flood(count, (index) => JSON.stringify(typed('hi', `item_${index}`)));
    await visitor.sees('conversation.item.done', count);
    visitor.send({ type: 'conversation.item.delete', item_id: `item_${count / 2}` });
    await visitor.sees('conversation.item.deleted');
  }),
  inSession('fills its conversation', (visitor) => fill(visitor)),
  inSession('wants to see a text of 4 MB again and again', async (visitor) => {
    visitor.send(typed('a "quoted"\n word '.repeat(250_000), 'long'));
    await visitor.flood(20, () => '{"type":"conversation.item.retrieve","item_id":"long"}');
    // The machine may give no time to read so much, and then the visitor is cut.
    const isDone = (): boolean => visitor.count('conversation.item.retrieved') === 20;
    await visitor.until('all of it, or the end', () => isDone() || visitor.isGone);
  }),
  inSession('keeps as many tools as it may', async (visitor) => {
    const description = 'does '.repeat(10);
    const tools = Array.from({ length: 500 }, (_, index) => ({ type: 'function', name: `f${index}`, description }));
    await visitor.flood(50, () => JSON.stringify(update({ tools })));
    await visitor.sees('session.updated', 50);
  }),
  { name: 'fills what all sessions may hold', isAlone: true, visit: crowd },
];
