import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { SpecChange } from '../cluster/spec-change.ts';
import { withPlaces } from '../cluster/documents.ts';
import { reasonOf } from '../errors.ts';
import { readSpecFile, type SpecFile } from '../input/read.ts';
import { checkWritable, writeSpecFile } from '../input/write.ts';
import type { Finding } from '../lint/rule.ts';
import { placeholderIn } from '../policy/load/template-marks.ts';
import { commandLine } from '../process/words.ts';
import type { ChangeResult, NextStep } from './change.ts';
import { fileGates } from './gates.ts';
import { textHash } from './recorded.ts';
import { editText, readSpecToChange, type TextReading } from './spec-text.ts';
import type { Made, Stored, Target } from './target.ts';

/** Which cluster of a text is meant, and for which kOps. */
export interface WantedSpec {
  /** Undefined takes the only one. */
  cluster: string | undefined;
  /** The release given with `--kops-version`, null if none. */
  kopsVersion: string | null;
}

/**
 * A spec in a file, edited in place. The file is read here: its cluster's name belongs to what it is known by.
 *
 * @throws UserError where it cannot be read, is no spec, or the cluster is not clear.
 */
export async function fileTarget(path: string, wanted: WantedSpec): Promise<Target<TextReading>> {
  const file = await readSpecFile(path);
  const reading = readSpecToChange(file.text, path, wanted.cluster, wanted.kopsVersion);
  const cluster = reading.cluster.metadata.name;
  return {
    ...TEXT,
    place: 'file',
    subject: { type: 'file', path: file.target, cluster },
    savedAs: { type: 'file', cluster, path: file.path },
    read: async () => reading,
    checkWritable: () => checkWritable(file),
    asks: ({ plan }) => plan.operations.length > 0,
    question: {
      text: `Write this to ${file.path}?`,
      about: 'spec',
      yes: 'The file is written, and nothing else: no cluster is touched.',
      no: 'Nothing is written.',
    },
    hasWork: (plan) => plan.operations.length > 0,
    record: ({ edited }) => ({ textHash: textHash(edited?.whole ?? ''), before: file.text }),
    write: async ({ edited }) => writeFile(file, edited?.whole ?? ''),
    follow: async (made) => afterFile(file, made),
  };
}

/**
 * `-f -`: a stream in, the stream out with only the Cluster changed. It asks nothing, as nothing kept is touched.
 *
 * @param input gives all of the stream; throws UserError.
 * @param output takes all of it, as it shall be; nothing goes there before all is well.
 */
export function streamTarget(
  wanted: WantedSpec,
  input: () => Promise<string>,
  output: (text: string) => Promise<void>,
): Target<TextReading> {
  return {
    ...TEXT,
    place: 'stdin',
    subject: null,
    savedAs: null,
    read: async () => readSpecToChange(await input(), '-', wanted.cluster, wanted.kopsVersion),
    checkWritable: async () => {},
    asks: () => false,
    question: null,
    hasWork: () => true,
    record: () => ({ before: '' }),
    write: async ({ edited }) => {
      await output(edited?.whole ?? '');
      return async () => ({ state: 'new' });
    },
    follow: async ({ plan }) => ({ ...DONE, spec: plan.operations.length === 0 ? 'unchanged' : 'new', message: '' }),
  };
}

const DONE: Omit<ChangeResult, 'spec' | 'message'> = { exitCode: 0, updated: false, rolled: false, next: [] };

/** What a file and a stream have in common. */
const TEXT = {
  busy: null,
  onceStored: 'done',
  planning: <T>({ document }: TextReading, work: () => T): T => withPlaces(document, work),
  edit: editText,
  gates: (reading: TextReading, plan: SpecChange): Finding[] => [...reading.halfRead, ...fileGates(reading, plan)],
} as const satisfies Partial<Target<TextReading>>;

/** Replaces the file in one step; what it holds by then tells how that went, whatever was said of writing it. */
async function writeFile(file: SpecFile, whole: string): Promise<() => Promise<Stored>> {
  const failed: { error?: unknown } = {};
  try {
    await writeSpecFile(file, whole);
  } catch (error) {
    failed.error = error;
  }
  return async () => ('error' in failed ? afterFailure(file, whole, failed.error) : { state: 'new' });
}

function afterFailure(file: SpecFile, whole: string, error: unknown): Stored {
  const now = textOf(file);
  if (now !== whole) return { state: 'old', error, certain: now !== undefined };
  return {
    state: 'new',
    warning: `${file.path} holds the new spec, although something failed: ${reasonOf(error)}`,
  };
}

/** What the file holds by now; undefined: that cannot be told, and the next run looks. */
function textOf({ target }: SpecFile): string | undefined {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return undefined;
  }
}

function afterFile({ path }: SpecFile, { plan, stored }: Made): ChangeResult {
  if (stored === null)
    return { ...DONE, spec: 'unchanged', message: `Nothing to do: ${path} is already as requested.` };
  const template = placeholderIn(plan.cluster)
    ? ' It is a template: render it, then give what comes out to `kops replace`.'
    : '';
  return { ...DONE, spec: 'new', message: `${path} is written.${template}`, next: storeSteps(path, plan.cluster) };
}

/** What makes the file take effect. Nothing for a file of `kops edit`, which stores it itself when its editor returns. */
function storeSteps(path: string, cluster: string): NextStep[] {
  if (basename(path).startsWith('kops-edit-')) return [];
  // A name such as `${name}` or `{{ .name }}` is filled in elsewhere: kops can't be given this file, nor that name.
  if (placeholderIn(cluster)) return [];
  return [
    { why: 'Store the spec', command: commandLine('kops', ['replace', '-f', path]) },
    {
      why: 'Look at what would change, then apply it with --yes',
      command: commandLine('kops', ['update', 'cluster', `--name=${cluster}`]),
    },
  ];
}
