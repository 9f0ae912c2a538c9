import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A log that is written as kube-apiserver writes its audit log (`pkg/audit` with lumberjack v2.2.1): one write a line, 0600, folder 0700. */
export interface LogWriter {
  /** Writes a line, after a rotation where it would make the file too large. */
  write(line: string): void;
  /** Renames the file to `NAME-2006-01-02T15-04-05.000.log` (UTC) and begins a new one. */
  rotate(): void;
  /** How often that was. */
  rotations(): number;
  close(): void;
}

/** Begins a log; its folder is made if need be. */
export function openWriter(file: string, maxBytes: number = Infinity): LogWriter {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let fd = openSync(file, 'a', 0o600);
  let size = 0;
  let last = 0;
  let rotations = 0;
  const rotate = (): void => {
    closeSync(fd);
    last = Math.max(Date.now(), last + 1); // two in a millisecond would be one name
    const stamp = new Date(last).toISOString().replaceAll(':', '-').replace('Z', '');
    renameSync(file, join(dirname(file), `${basename(file, '.log')}-${stamp}.log`));
    fd = openSync(file, 'a', 0o600);
    size = 0;
    rotations += 1;
  };
  return {
    rotate,
    rotations: () => rotations,
    close: () => closeSync(fd),
    write(line) {
      const bytes = Buffer.from(`${line}\n`);
      if (size > 0 && size + bytes.length > maxBytes) rotate();
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      size += bytes.length;
    },
  };
}

/** Genuine events of a sample, each with an ID of its own: the first `count` of a series that has no end. */
export function eventLines(sample: string, count: number, from = 1): string[] {
  const lines = gunzipSync(readFileSync(sample)).toString().trimEnd().split('\n');
  return Array.from({ length: count }, (_, at) => {
    const id = `00000000-0000-4000-8000-${String(from + at).padStart(12, '0')}`;
    return (lines[at % lines.length] ?? '').replace(/"auditID":"[^"]*"/, `"auditID":"${id}"`);
  });
}

/** The same event with a body of so many bytes in it. */
export function withBody(line: string, bytes: number): string {
  const body = `,"requestObject":{"kind":"ConfigMap","data":{"x":"${'y'.repeat(bytes)}"}},"requestReceivedTimestamp"`;
  return line.replace(',"requestReceivedTimestamp"', () => body);
}
