import { Worker } from 'node:worker_threads';
import { ExternalError } from '../../errors.ts';
import type { Part } from './replay-parts.ts';
import type { Done, Job, Said, Task } from './replay-worker.ts';

/** So many parts are read ahead of the one that is waited for, besides those that are being read: what came of them takes memory. */
const AHEAD = 1;
/** Little is made for each event; a larger nursery is only memory. */
const NURSERY_MB = 3;

/** Workers that read the parts of a log side by side. */
export class Team {
  readonly #parts: readonly Part[];
  readonly #workers: Worker[] = [];
  /** So many parts are read ahead of the one that is waited for. */
  readonly #ahead: number;
  readonly #bytes: Map<number, number> = new Map();
  readonly #found: Map<number, Done | null> = new Map();
  readonly #idle: Worker[] = [];
  #next = 0;
  #waitedFor = 0;
  #wake: (() => void) | undefined;
  #failure: ExternalError | undefined;

  /** @param file the program of a worker. */
  constructor(file: string, task: Task, parts: readonly Part[], count: number) {
    this.#parts = parts;
    const workers = Math.min(count, parts.length);
    this.#ahead = workers + AHEAD;
    for (let each = 0; each < workers; each++) this.#workers.push(this.#started(file, task));
  }

  /** How much they have read of parts that were not asked for yet. */
  get bytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * What came of a part; null where it could not be read to its end. Parts are asked for in their order, and some may be left out.
   *
   * @throws ExternalError where a worker ended before its work; the reason of the signal.
   */
  async result(at: number, signal: AbortSignal): Promise<Done | null> {
    this.leaveOut(at);
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        signal.throwIfAborted();
        const found = this.#found.get(at);
        if (found !== undefined) return found;
        if (this.#failure) throw this.#failure;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#bytes.delete(at);
    }
  }

  /** Parts before this one are not asked for any longer. */
  leaveOut(before: number): void {
    this.#waitedFor = before;
    this.#next = Math.max(this.#next, before);
    for (const each of [this.#found, this.#bytes]) for (const at of each.keys()) if (at < before) each.delete(at);
    for (const worker of this.#idle.splice(0)) this.#give(worker);
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #started(file: string, task: Task): Worker {
    const worker = new Worker(file, {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
      execArgv: [],
    });
    worker.on('message', (said: Said) => this.#heard(worker, said));
    worker.on('error', (error) => this.#failed(error));
    worker.on('exit', (code) => this.#failed(new Error(`it ended with status ${code}`)));
    this.#give(worker);
    return worker;
  }

  #heard(worker: Worker, { at, bytes, done }: Said): void {
    const isWanted = at >= this.#waitedFor;
    if (isWanted) this.#bytes.set(at, done?.tally.bytes ?? bytes);
    if (done === undefined) return;
    if (isWanted) this.#found.set(at, done);
    this.#give(worker);
    this.#wake?.();
  }

  #give(worker: Worker): void {
    const at = this.#next;
    const part = this.#parts[at];
    if (part && at > this.#waitedFor + this.#ahead) this.#idle.push(worker);
    else if (part) {
      this.#next += 1;
      worker.postMessage(jobOf(part, at));
    }
  }

  #failed(cause: Error): void {
    this.#failure ??= new ExternalError(
      `a thread that reads a part of the log ended before it was done: ${cause.message}`,
      {
        cause,
        hint: 'Nothing is told, as a part would be missing. Run it again; where memory is short, give it fewer files at once.',
      },
    );
    this.#wake?.();
  }
}

function jobOf({ source: { name, path }, range }: Part, at: number): Job {
  return { at, name, ...(path && { path }), ...(range && { piece: { ...range, line: 0 } }) };
}
