import type { McpCall } from '../../protocol/types.ts';

/** Keeps a response's model from being pulled while it waits for what comes of its call of an MCP tool. */
export class Hold {
  /** What came of the response's calls so far, in order. */
  readonly calls: McpCall[] = [];
  #isHeld = false;
  #resume: (() => void) | null = null;

  begin(): void {
    this.#isHeld = true;
  }

  end(call: McpCall): void {
    this.calls.push(call);
    this.#isHeld = false;
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  /** Null while the model may be pulled; else calls back once it may. */
  waiting(): ((resume: () => void) => void) | null {
    if (!this.#isHeld) return null;
    return (resume) => {
      this.#resume = resume;
    };
  }
}
