const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The pieces of a source until the signal aborts. The reader is let go at once, also where the source takes no notice;
 * the source is told to stop, and what it still says or throws is heard by nobody. Pulled one piece at a time.
 */
export function untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  let letGo = (): void => {};

  function end(): void {
    isOver = true;
    signal.removeEventListener('abort', stop);
  }

  function stop(): void {
    if (isOver) return;
    end();
    letGo();
    void dismiss(iterator);
  }

  async function pull(): Promise<IteratorResult<T, undefined>> {
    try {
      const result = await iterator.next();
      if (result.done !== true) return result;
    } catch (cause) {
      if (isOver) return over;
      end();
      throw cause;
    }
    end();
    return over;
  }

  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (isOver) return Promise.resolve(over);
      const stopped = new Promise<typeof over>((resolve) => (letGo = () => resolve(over)));
      return Promise.race([pull(), stopped]);
    },
    return() {
      stop();
      return Promise.resolve(over);
    },
  };
}

/** Tells a source to stop. A generator that is busy answers only when it is done, and nobody waits for that. */
async function dismiss(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // It was to stop, and it did.
  }
}
