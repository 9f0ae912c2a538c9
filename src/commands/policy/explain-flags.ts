import { UserError } from '../../errors.ts';
import type { RequestWords } from '../../policy/request/request.ts';

/** The flags of `policy explain` as the command line gives them. */
export interface ExplainFlags {
  name?: string;
  namespace?: string;
  allNamespaces?: boolean;
  subresource?: string;
  as?: string;
  asGroup: string[];
  unauthenticated?: boolean;
  policy?: string;
  cluster?: string;
  state?: string;
  file?: string;
  set: string[];
  kubernetesVersion?: string;
  requests?: string;
  output: string;
  verbose?: boolean;
}

/** The words of a request on the command line. Throws UserError where some are missing or too many. */
export function readWords(args: readonly string[], flags: ExplainFlags): RequestWords {
  const [verb, target, name = flags.name] = args;
  if (verb === undefined || target === undefined) {
    throw new UserError('no request is given', {
      hint: 'Write it as for kubectl auth can-i: kops-audit policy explain get pods -n default',
    });
  }
  if (flags.namespace !== undefined && flags.allNamespaces)
    throw new UserError('-n does not go with -A', { hint: 'One namespace, or all of them at once.' });
  const { namespace, allNamespaces, subresource, as, asGroup: asGroups, unauthenticated } = flags;
  const given = { name, namespace, allNamespaces, subresource, as, asGroups, unauthenticated };
  const words = Object.entries(given).filter(([, value]) => value !== undefined);
  return { verb, target, ...Object.fromEntries(words) };
}

/** Refuses flags that mean nothing together. */
export function refuseMixed(args: readonly string[], flags: ExplainFlags): void {
  const { policy, cluster, state, file, set, output, requests } = flags;
  const place =
    file !== undefined ? '-f' : cluster !== undefined ? '--cluster' : state !== undefined ? '--state' : null;
  if (policy !== undefined && place)
    throw mixed('--policy', place, 'It is either a policy of its own or the one in the cluster.');
  if (set.length > 0 && place) throw mixed('--set', place, 'The policy in a cluster has no parameters left.');
  if (file !== undefined && state !== undefined) throw mixed('--state', '-f', 'Leave one of them out.');
  if (requests !== undefined && args.length > 0)
    throw mixed('--requests', args[0]!, 'Give one request, or a file of them.');
  if ([policy, file, requests].filter((from) => from === '-').length > 1)
    throw new UserError('stdin can be read only once', { hint: 'Give a file for one of the two.' });
  if (output !== 'text' && output !== 'json')
    throw new UserError(`--output ${output} is not known`, { hint: 'Give text or json.' });
}

function mixed(one: string, other: string, hint: string): UserError {
  return new UserError(`${one} does not go with ${other}`, { hint });
}
