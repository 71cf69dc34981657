/**
 * How long a test waits for something that always comes, before it says what has not come. It ends tests that hang, and
 * nothing else: whatever takes its time on a busy machine takes a small part of it.
 */
export const hangMs = 120_000;
