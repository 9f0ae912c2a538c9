import { ExternalError } from '../errors.ts';
import type { CallResult } from '../kops/run.ts';
import type { KubectlOptions } from './kubectl.ts';

interface KnownFailure {
  /** What kubectl says (releases 1.19 to 1.37). */
  pattern: RegExp;
  message: (context: string) => string;
  hint: (context: string) => string;
}

const EXPORT = (context: string): string =>
  `Name another with --context, or have kops make it: kops export kubeconfig --name=${context} --admin`;

const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /context "?.*"? does not exist|context was not found/,
    message: (context) => `the kubeconfig has no context ${context}`,
    hint: EXPORT,
  },
  {
    pattern: /must be logged in|Unauthorized|certificate has expired|getting credentials/,
    message: (context) => `the API server does not know the user of the context ${context}`,
    hint: EXPORT,
  },
  {
    pattern: /forbidden/i,
    message: (context) => `the user of the context ${context} may not do that`,
    hint: () => 'It must be allowed to list pods in kube-system, and to get /metrics.',
  },
];

/** Takes a call of kubectl that failed; gives the error to throw. */
export function kubectlFailure(run: CallResult, { context, timeoutMs }: KubectlOptions): ExternalError {
  if (run.startError !== undefined)
    return new ExternalError(run.error, { hint: '--live needs kubectl: put it on PATH.' });
  if (run.timedOut)
    return new ExternalError(`kubectl did not finish within ${timeoutMs / 1000} s`, {
      hint: 'See that the API server can be reached, or give it longer with --timeout.',
    });
  const known = KNOWN_FAILURES.find(({ pattern }) => pattern.test(run.error));
  if (known) return new ExternalError(`${known.message(context)} (${run.error})`, { hint: known.hint(context) });
  return new ExternalError(`kubectl failed: ${run.error}`, { hint: `To see all it prints, run: ${run.command}` });
}
