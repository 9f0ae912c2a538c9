import { parentPort, workerData } from 'node:worker_threads';
import { memoryOf, type PackedDone, Packer } from './replay-names.ts';
import { type Counted, type Job, PartReader } from './replay-reader.ts';

/** What a worker says of the part it reads: how many bytes it has read of it, and at last what came of it. */
export interface Said {
  bytes: number;
  done?: PackedDone | null;
}

/** What a worker is told: which part to read, and with what memory. */
export interface Told {
  job: Job;
  spare: readonly Counted[];
}

const BETWEEN_SAYINGS = 4 * 1024 * 1024;

if (parentPort) serve(parentPort, new PartReader(workerData));

function serve(port: NonNullable<typeof parentPort>, reader: PartReader): void {
  const packer = new Packer();
  const answer = async ({ job, spare }: Told): Promise<void> => {
    for (const each of spare) reader.reuse(each);
    let said = 0;
    const read = await reader.read(job, (bytes) => {
      if (bytes - said < BETWEEN_SAYINGS) return;
      said = bytes;
      port.postMessage({ bytes } satisfies Said);
    });
    const done = read && packer.pack(read);
    port.postMessage({ bytes: 0, done } satisfies Said, done ? memoryOf(done) : []);
  };
  port.on('message', answer);
}
