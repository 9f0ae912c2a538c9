import { UserError } from '../errors.ts';

/** What of a command line says which clusters are meant. */
interface Named {
  /** As it is typed: `status`. */
  command: string;
  /** The arguments. */
  words: readonly string[];
  /** What `--cluster` gives: one name, a list of them, or nothing. */
  flag: unknown;
}

/**
 * The value of `--cluster` where clusters are named as arguments: `status prod.example.com`.
 *
 * @param isFile whether there is a file of that name.
 * @returns a list where the flag gives one, else a name; what the flag gives where there are no arguments.
 * @throws UserError for a word that is a file or a URL, and where the flag names another cluster.
 */
export function clusterFrom({ command, words, flag }: Named, isFile: (path: string) => boolean): unknown {
  for (const word of words) refuseOther(command, word, isFile);
  const named = [flag].flat().filter((name) => name !== undefined);
  const [first] = words;
  if (first === undefined) return flag;
  if (named.length > 0 && !(named.length === words.length && words.every((word) => named.includes(word))))
    throw new UserError(`${words.join(', ')} and --cluster ${named.join(', ')} are not the same`, {
      hint: 'Name the cluster once.',
    });
  return Array.isArray(flag) ? [...words] : first;
}

/** What is no name of a cluster, and which flag it belongs to. */
function refuseOther(command: string, word: string, isFile: (path: string) => boolean): void {
  if (word === '-')
    throw new UserError('- is stdin, not a cluster', { hint: `Write it as kops-audit ${command} -f -` });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word))
    throw new UserError(`${word} is a URL, not the name of a cluster`, {
      hint: `A state store is given with --state: kops-audit ${command} NAME --state URL`,
    });
  if (word.includes('/') || /\.(ya?ml|json)$/i.test(word) || isFile(word))
    throw new UserError(`${word} is a file, not the name of a cluster`, {
      hint: `Write it as kops-audit ${command} -f ${word}`,
    });
}
