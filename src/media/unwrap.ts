/**
 * Makes numbers that wrap at 2^bits into ones that go on: each is taken as the one nearest to the newest so far, so that
 * late ones go back and later ones forward, across the wrap as well.
 */
export function createUnwrapper(bits: 16 | 32): (wrapped: number) => number {
  const range = 2 ** bits;
  let newest: number | null = null;
  return (wrapped) => {
    newest ??= wrapped;
    const ahead = (((wrapped - newest) % range) + range) % range;
    const whole = newest + (ahead < range / 2 ? ahead : ahead - range);
    newest = Math.max(newest, whole);
    return whole;
  };
}
