/** Follows the level of the noise under speech. */
export interface NoiseFloor {
  /** Takes the level of the next window, in dB, and gives the level of the noise. */
  follow(levelDb: number): number;
}

/** Before anything is known: a sound up to this level may be noise, a louder one is taken for speech. */
const loudestFirstDb = -30;

/** Nothing is quieter than this, so that the first rustle after digital silence is not a shout. */
const quietestDb = -62;

/** The floor is the least level of the last 3 s: speech pauses for a moment within it, noise does not. */
const blockWindows = 25;
const blocksKept = 6;

/** The least of many levels of a noise lies below their mean. */
const biasDb = 1.5;

/** A sound whose level has kept within this span for a second is noise, however loud. */
const steadySpanDb = 3;
const steadyBlocks = 2;

interface Block {
  readonly least: number;
  readonly most: number;
}

const emptyBlock: Block = { least: Infinity, most: -Infinity };

/** The noise floor of windows of 20 ms. */
export function noiseFloor(): NoiseFloor {
  let done: readonly Block[] = [];
  let current = emptyBlock;
  let windows = 0;
  let floorDb = loudestFirstDb;

  function settle(): void {
    const blocks = [...done, current];
    const steady = spanOf(blocks.slice(-steadyBlocks));
    done = blocks.slice(1 - blocksKept);
    if (done.length >= steadyBlocks && steady.most - steady.least <= steadySpanDb) done = done.slice(-steadyBlocks);
    floorDb = spanOf(done).least + biasDb;
    current = emptyBlock;
    windows = 0;
  }

  return {
    follow(levelDb) {
      current = { least: Math.min(current.least, levelDb), most: Math.max(current.most, levelDb) };
      floorDb = Math.min(floorDb, levelDb + biasDb);
      windows += 1;
      if (windows === blockWindows) settle();
      return Math.max(floorDb, quietestDb);
    },
  };
}

function spanOf(blocks: readonly Block[]): Block {
  return blocks.reduce(
    (span, { least, most }) => ({ least: Math.min(span.least, least), most: Math.max(span.most, most) }),
    emptyBlock,
  );
}
