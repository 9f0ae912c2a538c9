import { readKubernetesVersion as versionIn } from '../../cluster/release.ts';
import { UserError } from '../../errors.ts';

/** `--kubernetes-version` in canonical form (1.32 is 1.32.0); undefined where it was not given. Throws UserError for what is none. */
export function readKubernetesVersion(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const version = versionIn(text);
  if (version !== null) return version;
  throw new UserError(`--kubernetes-version ${text} is not a version of Kubernetes`, {
    hint: 'Write it like 1.32 or 1.32.4.',
  });
}
