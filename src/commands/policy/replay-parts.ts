import type { ByteRange, LogSource } from '../../events/event.ts';
import { isPlainEvent } from '../../events/parsed.ts';
import { beginsWithLine } from '../../events/read.ts';
import { beginningOf, nextLines } from '../../input/log-files.ts';
import { isCompressed } from '../../input/decompress.ts';
import { readJson } from '../../json.ts';

/** What is read at once: a file, or a range of one that begins and ends with a line. */
export interface Part {
  source: LogSource;
  range?: ByteRange & { isLast: boolean };
}

const MIB = 1024 * 1024;
/**
 * Less is read in less time than further threads take until they are at full speed. With two processors, measured, 1 GiB takes 0.80 s with
 * one thread and 0.89 s with two, as V8 compiles for both where there is no processor for that.
 */
const LEAST = 512 * MIB;
const LEAST_OF_TWO = 3 * LEAST;
/** Of what is found in a part little is kept for each event; parts are not larger, so that this does not grow with the log. */
const LARGEST_PART = 32 * MIB;
/**
 * V8 compiles what runs often for the very objects that it runs on, and once more for those of the next part: for each thread 0.1 s less of
 * processor time where there were some before it runs often.
 */
const SMALL_PARTS = 2;
const SMALL_PART = MIB;
/** So many bytes are about as much work as one that is compressed. */
const COMPRESSION = 8;

/** The parts of a log, in its order, for so many threads; none where one thread is as fast, or where it is not made of files. */
export function partsOf(sources: readonly LogSource[], threads: number): Part[] {
  if (threads < 2 || !sources.every(({ isFile }) => isFile)) return [];
  const begun = sources.map((source) => ({ source, ...beginningOf(source.name) }));
  const sizes = begun.map(({ head, size }) => (isCompressed(head) ? COMPRESSION * size : size));
  const least = threads === 2 ? LEAST_OF_TWO : LEAST;
  if (sizes.reduce((sum, size) => sum + size, 0) < least) return [];
  const parts = begun.flatMap((file) => (canSplit(file) ? rangesOf(file, threads) : [{ source: file.source }]));
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

function rangesOf({ source, size }: Begun, threads: number): Part[] {
  const small = Array.from({ length: SMALL_PARTS * threads }, (_, at) => (at + 1) * SMALL_PART);
  const count = Math.ceil(size / LARGEST_PART);
  const middle = Array.from({ length: count - 1 }, (_, at) => Math.floor(((at + 1) * size) / count));
  const ends = new Set(nextLines(source.name, [...small, ...middle], size).concat(size));
  return [...ends].map((to, at, all) => ({ source, range: { from: all[at - 1] ?? 0, to, isLast: to === size } }));
}
