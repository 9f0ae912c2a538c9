import { UserError } from '../errors.ts';
import { nearest } from '../policy/nearest.ts';
import { KUBEADM_FAMILY } from './kubeadm-family.ts';
import { KUBESPRAY } from './kubespray.ts';
import { MANAGED } from './managed.ts';
import { RANCHER } from './rancher.ts';
import { SMALL_CLUSTERS } from './small-clusters.ts';
import { TALOS } from './talos.ts';
import type { Tool } from './tool.ts';

/** The tools that `policy show --for` knows; a new one is a row. */
export const TOOLS: readonly Tool[] = [...KUBEADM_FAMILY, ...RANCHER, ...SMALL_CLUSTERS, TALOS, KUBESPRAY, ...MANAGED];

/**
 * The tool of a name, or of another word for it.
 *
 * @throws UserError for a word that is none, with the near one.
 */
export function toolNamed(word: string): Tool {
  const wanted = word.toLowerCase();
  const tool = TOOLS.find(({ name, aliases }) => name === wanted || aliases.includes(wanted));
  if (tool !== undefined) return tool;
  if (wanted === 'kops')
    throw new UserError('kOps is what the other commands are for', { hint: 'Run `kops-audit enable`.' });
  const near = nearest(
    wanted,
    TOOLS.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  const hint = `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${TOOLS.map(({ name }) => name).join(', ')}.`;
  throw new UserError(`there is no tool named ${word} here`, { hint });
}
