import { endlessTurns, type Turns } from './turns.ts';

/** One step of a session: what it becomes, and what it wants done. Pure. */
export type StepOf<Session, Input, Effect> = (
  session: Session,
  input: Input,
) => readonly [next: Session, effects: readonly Effect[]];

/** One session's loop: one input, then all its effects, then the next input. */
export interface Runner<Session, Input> {
  feed(input: Input): void;
  /**
   * Runs `task` when no input waits, the newest task first, in the same turn of the event loop as long as that is not
   * over for this session. A task does one small piece of work and defers itself again; so a scripted model's pieces are
   * taken one by one, each with its effects done, and a session with much to do leaves the loop to the others in between.
   * `isLong`: by itself it takes milliseconds, and waits for a turn of those.
   */
  defer(task: () => void, isLong?: boolean): void;
  /**
   * How many tasks have been run, while others wait for a later turn of the loop; null while none does. What comes from
   * outside shall wait for them, or the same frames would be answered differently on a busy machine.
   */
  readonly backlog: number | null;
  readonly session: Session;
}

export interface RunnerOptions<Session, Input, Effect> {
  readonly step: StepOf<Session, Input, Effect>;
  readonly first: Session;
  readonly perform: (effect: Effect) => void;
  /** Told when all effects of an input have been carried out. Default: nothing is done then. */
  readonly settled?: (input: Input, after: Session) => void;
  readonly crashed: (cause: unknown) => void;
  /** Default: everything is done at once. */
  readonly turns?: Turns;
  /** Told when tasks that had waited for their turn have got on. */
  readonly gotOn?: () => void;
}

/**
 * Runs any kind of session. `perform` never throws: what fails comes back as an input. A throw all the same is a bug of
 * ours; it ends this session and no other: `crashed` is told, and nothing is taken any more.
 */
export function createRunner<Session, Input, Effect>(
  options: RunnerOptions<Session, Input, Effect>,
): Runner<Session, Input> {
  const { step, first, perform, settled, crashed, turns = endlessTurns, gotOn } = options;
  let session = first;
  let busy = false;
  const inputs: Input[] = [];
  const tasks = taskStack(turns, () => {
    drain();
    gotOn?.();
  });

  function drain(): void {
    if (busy) return;
    busy = true;
    try {
      while (takeInput() || tasks.runNext());
      busy = false;
    } catch (cause) {
      crashed(cause); // busy for ever: a session in an unknown state takes nothing more
    }
  }

  function takeInput(): boolean {
    const input = inputs.shift();
    if (input === undefined) return false;
    const [after, effects] = step(session, input);
    session = after;
    for (const effect of effects) perform(effect);
    settled?.(input, after);
    return true;
  }

  return {
    feed(input) {
      inputs.push(input);
      drain();
    },
    defer(task, isLong = false) {
      tasks.push({ run: task, isLong });
      drain();
    },
    get backlog() {
      return tasks.backlog;
    },
    get session() {
      return session;
    },
  };
}

interface Task {
  readonly run: () => void;
  readonly isLong: boolean;
}

interface TaskStack {
  readonly backlog: number | null;
  push(task: Task): void;
  /** Runs the newest task; false where there is none, or their turn is over: then `goOn` is called in a later one. */
  runNext(): boolean;
}

function taskStack(turns: Turns, goOn: () => void): TaskStack {
  const tasks: Task[] = [];
  /** The long one whose turn it is. */
  let due: Task | undefined;
  let isPostponed = false;
  let done = 0;

  /** A long one waits outside the stack, and what comes meanwhile comes after it. */
  function postpone(): void {
    isPostponed = true;
    const long = isNewestLong() ? tasks.pop() : undefined;
    const resume = (): void => {
      isPostponed = false;
      due = long;
      goOn();
    };
    turns.later(resume, long === undefined ? 'work' : 'long');
  }

  const isNewestLong = (): boolean => tasks.at(-1)?.isLong === true;

  function run(task: Task | undefined): void {
    due = undefined;
    done += 1;
    task?.run();
  }

  return {
    push: (task) => void tasks.push(task),
    runNext() {
      if (isPostponed || (due === undefined && tasks.length === 0)) return false;
      if (due !== undefined) run(due);
      else if (isNewestLong() || turns.isOver()) postpone();
      else run(tasks.pop());
      return !isPostponed;
    },
    get backlog() {
      return isPostponed ? done : null;
    },
  };
}
