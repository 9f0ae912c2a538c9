import { createReadStream } from 'node:fs';
import { copyFile, constants, mkdir, open as openFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { fileError } from '../../input/file-error.ts';
import type { NodeClient } from '../../live/node-client.ts';
import type { NodeFile, NodeLog } from '../../live/node-log.ts';

/** The log on a node, and where it is kept. */
interface Saving {
  client: NodeClient;
  log: NodeLog;
  place: NodeFile;
  /** The folder of this node. */
  folder: string;
}

/** So many of the last kept bytes are read again: they tell whether a file on the node goes on where the kept one ends. */
const TAIL = 512;
/** Where a file is written until it is whole; no name of a log. */
const PART = '.saving';

/**
 * Keeps the log of a node in a folder of its own name below `dir` (folders 0700, files 0600), by the names that its files have on the node.
 * What is kept already is not read again, and a file is there whole or not at all. Nothing that is kept is lost: where the end of a file
 * is gone from the node, what is kept of it stays, by the time when it was written last.
 *
 * @returns what should have been there and is gone, a sentence each.
 * @throws ExternalError as the client does; UserError where it cannot be written.
 */
export async function saveNode(client: NodeClient, log: NodeLog, place: NodeFile, dir: string): Promise<string[]> {
  const saving = { client, log, place, folder: join(dir, place.node) };
  const missing: string[] = [];
  try {
    await mkdir(saving.folder, { recursive: true, mode: 0o700 });
    for (let isDone = false; !isDone;) {
      for (const name of await newFiles(saving)) missing.push(...(await saveRotated(saving, name)));
      isDone = await saveCurrent(saving);
    }
  } catch (error) {
    throw fileError(error, saving.folder, 'the log was not saved');
  } finally {
    await rm(join(saving.folder, PART), { force: true });
  }
  return missing;
}

/** What was rotated away on the node and is not kept, compressed or not, the oldest first. */
async function newFiles({ log, folder }: Saving): Promise<string[]> {
  const kept = new Set((await readdir(folder)).map(withoutGz));
  return (await log.find()).filter((name) => isSafe(name) && !kept.has(withoutGz(name)));
}

/** A name from outside, which is to be one here. */
function isSafe(name: string): boolean {
  return /^[\w.:+@=-]+$/.test(name);
}

function withoutGz(name: string): string {
  return name.replace(/\.gz$/, '');
}

/** Keeps a file that was rotated away: what is kept of the current one may be its beginning. */
async function saveRotated(saving: Saving, name: string): Promise<string[]> {
  const { place, folder } = saving;
  const current = join(folder, place.name);
  const goesOn = await extend(saving, name);
  if (goesOn === 'yes') await rename(current, join(folder, name));
  if (goesOn === 'yes') return [];
  const isThere = await download(saving, name);
  if (!isThere) return [`${place.node}: ${name} was removed before it was read`];
  if (name.endsWith('.gz') && (await holds(join(folder, PART), current))) await rm(current);
  else await retire(saving);
  await rename(join(folder, PART), join(folder, name));
  return [];
}

/** Gives whether that was all; else something was rotated meanwhile. */
async function saveCurrent(saving: Saving): Promise<boolean> {
  const { place, folder } = saving;
  const goesOn = await extend(saving, place.name);
  if (goesOn === 'yes') return (await newFiles(saving)).length === 0;
  if ((await newFiles(saving)).length > 0) return false;
  await retire(saving);
  const isThere = await download(saving, place.name);
  if ((await newFiles(saving)).length > 0) return false; // it may be one of those
  if (isThere) await rename(join(folder, PART), join(folder, place.name));
  return true;
}

/** Appends to what is kept of the current file what follows in a file on the node, if that begins like it. */
async function extend({ client, place, folder }: Saving, name: string): Promise<'yes' | 'no'> {
  const current = join(folder, place.name);
  const size = await sizeOf(current);
  if (size === 0 || name.endsWith('.gz')) return 'no';
  const known = await tailOf(current, size);
  const opened = await client.open(place.node, pathOf(place, name), `${size - known.length}-`);
  if (opened === null) return 'no';
  const fresh = after(opened.bytes, known);
  const { done: isSame, value: first } = await fresh.next();
  if (isSame) return first ? 'yes' : 'no';
  await copyFile(current, join(folder, PART), constants.COPYFILE_FICLONE);
  await append(join(folder, PART), size, first, fresh);
  await rename(join(folder, PART), current);
  return 'yes';
}

/** What follows known bytes; returns whether the bytes begin with them. */
async function* after(bytes: AsyncIterable<Uint8Array>, known: Buffer): AsyncGenerator<Uint8Array, boolean> {
  let checked = 0;
  for await (const chunk of bytes) {
    const part = chunk.subarray(0, known.length - checked);
    if (!known.subarray(checked, checked + part.length).equals(part)) return false;
    checked += part.length;
    if (chunk.length > part.length) yield chunk.subarray(part.length);
  }
  return checked === known.length;
}

async function append(path: string, size: number, first: Uint8Array, more: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await openFile(path, 'r+', 0o600);
  try {
    let at = size;
    const write = async (bytes: Uint8Array): Promise<void> => {
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    };
    await write(first);
    for await (const bytes of more) await write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads a file of the node into the part; false where it is gone. */
async function download({ client, place, folder }: Saving, name: string): Promise<boolean> {
  const opened = await client.open(place.node, pathOf(place, name), null);
  if (opened === null) return false;
  await rm(join(folder, PART), { force: true });
  const file = await openFile(join(folder, PART), 'wx', 0o600);
  try {
    for await (const bytes of opened.bytes) await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

/** Whether a compressed file begins like the kept one: by the end of that. */
async function holds(compressed: string, current: string): Promise<boolean> {
  const size = await sizeOf(current);
  if (size === 0) return false;
  const known = await tailOf(current, size);
  let at = 0;
  let found = Buffer.alloc(0);
  const isFound = async (bytes: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of bytes) {
      const from = Math.max(0, size - known.length - at);
      found = Buffer.concat([found, chunk.subarray(from, Math.max(from, size - at))]);
      at += chunk.length;
    }
  };
  await pipeline(createReadStream(compressed), createGunzip(), isFound);
  return found.equals(known);
}

/** Keeps what there is of a current file whose end is gone from the node, as one that was rotated away when it was written last. */
async function retire({ place, folder }: Saving): Promise<void> {
  const current = join(folder, place.name);
  if ((await sizeOf(current)) === 0) return;
  const time = (await stat(current)).mtime.toISOString().replaceAll(':', '-').replace('Z', '');
  await rename(current, join(folder, place.name.replace(/(\.[^.]*)?$/, `-${time}$1`)));
}

async function tailOf(path: string, size: number): Promise<Buffer> {
  const length = Math.min(TAIL, size);
  const file = await openFile(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** 0 where there is none. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.size ?? 0;
}

function pathOf({ folder }: NodeFile, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
