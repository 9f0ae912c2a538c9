import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { ExternalError } from '../../errors.ts';
import { memoryOf, Unpacker } from './replay-names.ts';
import type { Counted, Done, Job, Reader, Task } from './replay-reader.ts';
import type { Said, Told } from './replay-worker.ts';

/** Little is made for each event; a larger nursery is only memory. */
const NURSERY_MB = 3;

/** As src/cli/tune.ts has it: V8 sets this anew when it makes a thread. */
function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Has a worker read. */
export class ThreadReader implements Reader {
  readonly #worker: Worker;
  readonly #unpacker = new Unpacker();
  #spare: Counted[] = [];
  #onBytes: (bytes: number) => void = () => {};
  #settle: { resolve: (done: Done | null) => void; reject: (failure: Error) => void } | undefined;
  #failure: ExternalError | undefined;

  /** @param file the program of the worker. */
  constructor(file: string, task: Task) {
    this.#worker = new Worker(file, {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
      execArgv: [],
    });
    this.#worker.once('online', keepYoungSpaceSmall);
    this.#worker.on('message', (said: Said) => this.#hear(said));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with status ${code}`)));
  }

  async read(job: Job, onBytes: (bytes: number) => void): Promise<Done | null> {
    if (this.#failure) throw this.#failure;
    this.#onBytes = onBytes;
    const spare = this.#spare.splice(0);
    this.#worker.postMessage({ job, spare } satisfies Told, spare.flatMap(memoryOf));
    return new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  reuse({ replay, events }: Counted): void {
    const talkers = { ...replay.talkers, names: { users: [], asked: [], pairs: [] } };
    this.#spare.push({ replay: { ...replay, talkers }, events: { ...events, known: [] } });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear({ bytes, done }: Said): void {
    if (done === undefined) this.#onBytes(bytes);
    else this.#settle?.resolve(done && this.#unpacker.unpack(done));
  }

  #fail(cause: Error): void {
    this.#failure ??= new ExternalError(
      `a thread that reads a part of the log ended before it was done: ${cause.message}`,
      {
        cause,
        hint: 'Nothing is told, as a part would be missing. Run it again; where memory is short, give it fewer files at once.',
      },
    );
    this.#settle?.reject(this.#failure);
  }
}
