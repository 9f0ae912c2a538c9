import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { LoggedEvent } from '../../events/event.ts';
import type { EvidenceSink } from '../../events/report/collector.ts';
import type { EvidenceFile } from '../../events/report/data.ts';
import { fileError } from '../../input/file-error.ts';

/** Keeps the events behind the figures of a report, a file for each section. */
export interface Evidence extends EvidenceSink {
  /** Finishes the files and writes SHA256SUMS, which `sha256sum -c` takes; gives them by section. */
  end(): ReadonlyMap<string, EvidenceFile>;
}

/** Keeps nothing. */
export function noEvidence(): Evidence {
  return { add: () => 0, end: () => new Map() };
}

interface Written {
  fd: number;
  hash: ReturnType<typeof createHash>;
  lines: number;
  waiting: Buffer[];
  bytes: number;
}

const LINE_FEED = Buffer.from('\n');
/** So many bytes are written at once. */
const PIECE = 256 * 1024;

/**
 * Writes the original bytes of events to files in a folder that only their owner can read.
 *
 * @throws UserError where the folder has something in it already, or cannot be written.
 */
export function evidenceIn(folder: string): Evidence {
  makeEmpty(folder);
  const files = new Map<string, Written>();
  return {
    add: (section, event) => told(folder, () => addTo(fileOf(files, folder, section), event)),
    end: () => told(folder, () => finish(folder, files)),
  };
}

function told<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, folder, 'the evidence was not written');
  }
}

function makeEmpty(folder: string): void {
  const names = told(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return readdirSync(folder);
  });
  if (names.length === 0) return;
  throw new UserError('is not empty', {
    place: { file: folder },
    hint: 'Give --evidence a folder that is empty or not there: what is in one stays as it is.',
  });
}

function fileOf(files: Map<string, Written>, folder: string, section: string): Written {
  const known = files.get(section);
  if (known) return known;
  const fd = openSync(join(folder, nameOf(section)), 'wx', 0o600);
  const file: Written = { fd, hash: createHash('sha256'), lines: 0, waiting: [], bytes: 0 };
  files.set(section, file);
  return file;
}

function nameOf(section: string): string {
  return `${section}.jsonl`;
}

function addTo(file: Written, event: LoggedEvent): number {
  const line = Buffer.concat([event.bytes(), LINE_FEED]);
  file.lines += 1;
  file.waiting.push(line);
  file.bytes += line.length;
  if (file.bytes >= PIECE) flush(file);
  return file.lines;
}

function flush(file: Written): void {
  const piece = Buffer.concat(file.waiting);
  file.waiting = [];
  file.bytes = 0;
  file.hash.update(piece);
  for (let at = 0; at < piece.length;) at += writeSync(file.fd, piece, at);
}

function finish(folder: string, files: ReadonlyMap<string, Written>): ReadonlyMap<string, EvidenceFile> {
  const finished = [...files].map(([section, file]): [string, EvidenceFile] => {
    flush(file);
    closeSync(file.fd);
    return [section, { name: nameOf(section), lines: file.lines, sha256: file.hash.digest('hex') }];
  });
  const sums = finished.map(([, { name, sha256 }]) => `${sha256}  ${name}\n`).join('');
  writeFileSync(join(folder, 'SHA256SUMS'), sums, { mode: 0o600, flag: 'wx' });
  return new Map(finished);
}
