import { UserError } from '../../errors.ts';

/** The flags of `policy test` as they were typed. */
export interface PolicyTestFlags {
  output: string;
  run?: string;
  coverage?: boolean;
  minCoverage?: string;
  verbose?: boolean;
  /** Print the JSON Schema of a test file and do nothing else. */
  schema?: boolean;
}

/** What they ask for. */
export interface PolicyTestOptions {
  output: 'text' | 'junit' | 'json';
  /** Which cases to run, by name. */
  only?: RegExp;
  coverage: boolean;
  /** In percent; null: any will do. */
  minCoverage: number | null;
  verbose: boolean;
}

const OUTPUTS = ['text', 'junit', 'json'] as const;

/** Checks the flags. Throws UserError for what can't be right. */
export function readTestFlags(files: readonly string[], flags: PolicyTestFlags): PolicyTestOptions {
  if (files.length === 0) {
    throw new UserError('no test file given', { hint: 'Give one or more: kops-audit policy test *.policy-test.yaml' });
  }
  if (files.filter((file) => file === '-').length > 1) throw new UserError('stdin (-) can be given once');
  const only = readPattern(flags.run);
  const minCoverage = readPercent(flags.minCoverage);
  if (only && (minCoverage !== null || flags.coverage)) {
    const flag = minCoverage === null ? '--coverage' : '--min-coverage';
    throw new UserError(`${flag} is about all cases, and --run leaves some out`, { hint: 'Give one of them.' });
  }
  const { coverage = false, verbose = false } = flags;
  return { output: readOutput(flags.output), ...(only ? { only } : {}), coverage, minCoverage, verbose };
}

function readOutput(word: string): PolicyTestOptions['output'] {
  const output = OUTPUTS.find((known) => known === word);
  if (output) return output;
  throw new UserError(`--output ${word} is not known`, { hint: `Give one of ${OUTPUTS.join(', ')}.` });
}

function readPattern(source: string | undefined): RegExp | undefined {
  try {
    return source === undefined ? undefined : new RegExp(source, 'u');
  } catch (error) {
    throw new UserError(`--run ${source} is not a regular expression`, {
      hint: `${error instanceof Error ? error.message : String(error)}. Put a backslash before . * + ? ( ) [ ] { } | ^ $ that are meant as they are.`,
      cause: error,
    });
  }
}

function readPercent(text: string | undefined): number | null {
  if (text === undefined) return null;
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw new UserError(`--min-coverage ${text} is not a percentage`, { hint: 'Give a number from 0 to 100.' });
}
