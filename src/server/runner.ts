import type { Effect } from '../core/effect.ts';
import type { Input } from '../core/input.ts';
import type { Session } from '../core/session.ts';
import { step } from '../core/step.ts';

/** One session's loop: one input, then all its effects, then the next input. */
export interface Runner {
  feed(input: Input): void;
  /**
   * Runs `task` when no input waits, the newest task first, in the same turn of the event loop. A task does one small
   * piece of work and defers itself again; so a scripted model's pieces are taken one by one, each with its effects done.
   */
  defer(task: () => void): void;
  readonly session: Session;
}

/** `perform` never throws: what fails comes back as an input. */
export function createRunner(first: Session, perform: (effect: Effect) => void): Runner {
  let session = first;
  let busy = false;
  const inputs: Input[] = [];
  const tasks: (() => void)[] = [];

  function drain(): void {
    if (busy) return;
    busy = true;
    try {
      while (takeInput() || takeTask());
    } finally {
      busy = false;
    }
  }

  function takeInput(): boolean {
    const input = inputs.shift();
    if (input === undefined) return false;
    const [after, effects] = step(session, input);
    session = after;
    for (const effect of effects) perform(effect);
    return true;
  }

  function takeTask(): boolean {
    const task = tasks.pop();
    task?.();
    return task !== undefined;
  }

  return {
    feed(input) {
      inputs.push(input);
      drain();
    },
    defer(task) {
      tasks.push(task);
      drain();
    },
    get session() {
      return session;
    },
  };
}
