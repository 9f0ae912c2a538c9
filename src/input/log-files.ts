import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { LogSource } from '../events/event.ts';
import { isLogName } from '../events/log-set.ts';
import { fileError } from './file-error.ts';
import { refuseTerminal, type Stdin } from './read.ts';

// Measured: Node's gunzip is three times as fast with pieces of 1 MiB as with its own 16 KiB.
const CHUNK = 1024 * 1024;

/**
 * The files of a log, from the words of a command line: files, folders (each folder in one is a server's), `-` for stdin.
 *
 * @throws UserError for what is not there.
 */
export function logSources(words: readonly string[], stdin: Stdin): LogSource[] {
  return words.flatMap((word) => (word === '-' ? [stdinSource(stdin)] : filesBelow(word).map(fileSource)));
}

function filesBelow(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => isLogName(basename(file)));
    return files.toSorted().map((file) => join(path, file));
  } catch (error) {
    throw fileError(error, path, 'cannot be read');
  }
}

function fileSource(path: string): LogSource {
  return { name: path, server: basename(dirname(path)), open: () => bytesOf(path) };
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  try {
    yield* path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: CHUNK })) : file;
  } catch (error) {
    throw fileError(error, path, 'cannot be read');
  }
}

function stdinSource(stdin: Stdin): LogSource {
  refuseTerminal(stdin, 'an audit log');
  return { name: '-', server: '', open: () => chunksOf(stdin) };
}

async function* chunksOf(stdin: Stdin): AsyncGenerator<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
