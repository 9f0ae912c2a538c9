import { DirectoryError, readSpecFile, readStdin, type SpecFile } from '../../input/read.ts';
import { UserError } from '../../errors.ts';
import type { Severity } from '../../lint/rule.ts';
import type { Context } from '../../context.ts';
import { decodePolicy } from '../policy/named-policy.ts';

export type LintOutput = 'text' | 'json' | 'sarif' | 'github';

/** The flags of `lint` as the command line gives them. */
export interface LintFlags {
  cluster?: string;
  state?: string;
  kubernetesVersion?: string;
  kopsVersion?: string;
  output: LintOutput;
  failOn: Severity;
  fix?: boolean;
  dryRun?: boolean;
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

/** Reads a file, or stdin for `-`. Throws UserError where it can't be read. */
export async function readInput(file: string, kopsVersion: string | null, { io }: Context): Promise<LintInput> {
  if (file === '-') return { file, text: await readPiped(io), spec: null, kopsVersion };
  try {
    const spec = await readSpecFile(file, decodePolicy);
    return { file, text: spec.text, spec, kopsVersion };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    const pattern = `${file.replace(/\/+$/, '')}/*.yaml`;
    throw new UserError('is a directory', {
      place: { file },
      hint: `Give the files in it: kops-audit lint ${pattern}`,
    });
  }
}

async function readPiped(io: Context['io']): Promise<string> {
  if (!io.input.isTTY) return readStdin(io.input, decodePolicy);
  throw new UserError('`-` reads stdin, but stdin is a terminal', {
    hint: 'Pipe a policy or a cluster spec in, or give a file.',
  });
}
