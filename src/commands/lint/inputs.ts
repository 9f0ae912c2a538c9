import { existsSync, statSync } from 'node:fs';
import { MAX_SPEC_BYTES, readSpecFile, readStdin, type SpecFile } from '../../input/read.ts';
import { UserError } from '../../errors.ts';
import { NothingHereError, saysItIsOurs } from '../../lint/kinds.ts';
import type { Severity } from '../../lint/rule.ts';
import type { Context } from '../../context.ts';
import { decodePolicy } from '../policy/named-policy.ts';

export type LintOutput = 'text' | 'json' | 'sarif' | 'github' | 'junit';

/** The flags of `lint` as the command line gives them. */
export interface LintFlags {
  cluster?: string;
  state?: string;
  kubernetesVersion?: string;
  kopsVersion?: string;
  output: LintOutput;
  failOn: Severity;
  exclude: string[];
  fix?: boolean;
  dryRun?: boolean;
  exitCode?: boolean;
  timeout: string;
  quiet?: boolean;
  verbose?: boolean;
}

/** A text to look at. */
export interface LintInput {
  /** The name for messages: the file as it was given, `-` for stdin, or the cluster. */
  file: string;
  text: string;
  /** As it was read, so that it can be written back; null: not a file. */
  spec: SpecFile | null;
  /** null: it must be right for every release. */
  kopsVersion: string | null;
}

/** What a word of the command line stands for: a file or `-`, or all that is found in a folder or by a pattern in quotes. */
export interface Wanted {
  /** Where it was searched; null: a file that somebody named. */
  folder: string | null;
  /** The files in their order; an error is about a folder that cannot be read. */
  files: Iterable<string> | AsyncIterable<string | UserError>;
}

/** Takes a word of the command line; `exclude` are the globs of what a search leaves out, `turn` is awaited before each folder. */
export async function wantedFiles(
  word: string,
  exclude: readonly string[],
  turn: () => Promise<void>,
): Promise<Wanted> {
  const isFolder = isFolderAt(word);
  if (!isFolder && !(/[*?[{]/.test(word) && !existsSync(word))) return { folder: null, files: [word] };
  const { findFiles, globSearch } = await import('../../input/find-files.ts');
  const search = isFolder ? { folder: word, isWanted: isYamlOrJson, exclude } : globSearch(word, exclude);
  return { folder: search.folder, files: findFiles(search, turn) };
}

function isFolderAt(word: string): boolean {
  return existsSync(word) && statSync(word).isDirectory();
}

function isYamlOrJson(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

/**
 * Reads a file, or stdin for `-`.
 *
 * @param isFound nobody named it: a search did.
 * @throws NothingHereError where it was found and holds nothing that is looked at; UserError where it can't be read.
 */
export async function readInput(
  file: string,
  isFound: boolean,
  kopsVersion: string | null,
  { io }: Context,
): Promise<LintInput> {
  if (file === '-') return { file, text: await readPiped(io), spec: null, kopsVersion };
  if (isFound && !couldBeOurs(file)) throw new NothingHereError('is empty, or too large for a spec');
  const spec = await readSpecFile(file, isFound ? decodeFound : decodePolicy);
  return { file, text: spec.text, spec, kopsVersion };
}

function couldBeOurs(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > 0 && size <= MAX_SPEC_BYTES;
}

function decodeFound(bytes: Uint8Array, file: string): string {
  const text = textOf(bytes, file);
  if (text === null || !saysItIsOurs(text)) throw new NothingHereError('holds neither a policy nor a cluster spec');
  return text;
}

function textOf(bytes: Uint8Array, file: string): string | null {
  try {
    return decodePolicy(bytes, file);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

async function readPiped(io: Context['io']): Promise<string> {
  if (!io.input.isTTY) return readStdin(io.input, decodePolicy);
  throw new UserError('`-` reads stdin, but stdin is a terminal', {
    hint: 'Pipe a policy or a cluster spec in, or give a file.',
  });
}
