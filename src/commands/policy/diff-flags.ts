import { UserError } from '../../errors.ts';

/** The flags of `policy diff` as they were typed. */
export interface DiffFlags {
  cluster?: string;
  state?: string;
  file?: string;
  set: string[];
  kubernetesVersion?: string;
  exitCode?: boolean;
  output: string;
  /** Shows each kops command. */
  verbose?: boolean;
}

/** Refuses words and flags that do not say which two policies are meant. Gives the words: one where a cluster is the first policy. */
export function readDiffWords(words: readonly string[], flags: DiffFlags): string[] {
  const { cluster, state, file, output } = flags;
  const place = file ?? cluster ?? state;
  if (output !== 'text' && output !== 'json')
    throw new UserError(`--output ${output} is not known`, { hint: 'Give text or json.' });
  if (file !== undefined && state !== undefined)
    throw new UserError('--state does not go with -f', { hint: 'Leave one of them out.' });
  if ([...words, file].filter((word) => word === '-').length > 1)
    throw new UserError('stdin can be read only once', { hint: 'Give a file for one of the two.' });
  const wanted = place === undefined ? 2 : 1;
  if (words.length === wanted) return [...words];
  if (place !== undefined && words.length === 2)
    throw new UserError('three policies are named', { hint: 'Leave out the first, or the cluster.' });
  throw new UserError('two policies are needed', {
    hint: 'Name both, or one and the cluster that has the other: kops-audit policy diff -f cluster.yaml kops',
  });
}
