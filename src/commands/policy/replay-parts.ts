import type { ByteRange, LogSource } from '../../events/event.ts';
import { isPlainEvent } from '../../events/parsed.ts';
import { beginsWithLine } from '../../events/read.ts';
import { beginningOf, nextLine } from '../../input/log-files.ts';
import { isCompressed } from '../../input/decompress.ts';
import { readJson } from '../../json.ts';

/** What is read by one worker: a file, or a range of one that begins and ends with a line. */
export interface Part {
  source: LogSource;
  range?: ByteRange & { isLast: boolean };
}

const MIB = 1024 * 1024;
/** Less is read in less time than further threads take to start. */
const LEAST = 256 * MIB;
/** Of what is found in a part little is kept for each event; parts are not larger, so that this does not grow with the log. */
const LARGEST_PART = 32 * MIB;
/** So many bytes are about as much work as one that is compressed. */
const COMPRESSION = 8;

/** The parts of a log, in its order, for so many workers; none where one thread is as fast, or where it is not made of files. */
export function partsOf(sources: readonly LogSource[], workers: number): Part[] {
  if (workers < 2 || !sources.every(({ isFile }) => isFile)) return [];
  const begun = sources.map((source) => ({ source, ...beginningOf(source.name) }));
  const sizes = begun.map(({ head, size }) => (isCompressed(head) ? COMPRESSION * size : size));
  if (sizes.reduce((sum, size) => sum + size, 0) < LEAST) return [];
  const parts = begun.flatMap((file) => (canSplit(file) ? rangesOf(file, workers) : [{ source: file.source }]));
  return parts.length > 1 ? parts : [];
}

interface Begun {
  source: LogSource;
  head: Uint8Array;
  size: number;
}

/** Where the first line is an event the others are too, and each can be read for itself. */
function canSplit({ source, head, size }: Begun): boolean {
  if (size < LEAST || source.path || isCompressed(head) || !beginsWithLine(head)) return false;
  const line = Buffer.from(head.subarray(0, head.indexOf(10) + 1));
  return isPlainEvent(readJson(line.toString()));
}

function rangesOf({ source, size }: Begun, workers: number): Part[] {
  const count = Math.max(workers, Math.ceil(size / LARGEST_PART));
  const middle = Array.from({ length: count - 1 }, (_, at) =>
    nextLine(source.name, Math.floor(((at + 1) * size) / count), size),
  );
  const ends = [...new Set([...middle, size])];
  return ends.map((to, at) => ({ source, range: { from: ends[at - 1] ?? 0, to, isLast: to === size } }));
}
