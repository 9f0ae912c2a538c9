import { type ErrorDetails, ExternalError, UserError } from '../errors.ts';
import { editDistance } from '../policy/nearest.ts';
import type { CallResult } from '../process/run.ts';
import { oneLine } from '../process/words.ts';

type MakeError = (run: CallResult) => UserError | ExternalError;

interface KnownFailure {
  /** What kops' own error says, in the words of releases 1.19 to 1.36 and of the clouds' libraries. */
  pattern: RegExp;
  make: MakeError;
}

const INSTALL = 'Install kops (https://kops.sigs.k8s.io/getting_started/install/) and put it on PATH.';
const NAME_THE_STORE =
  'Give --state s3://BUCKET, set KOPS_STATE_STORE, or put the line `kops_state_store: s3://BUCKET` into ~/.kops.yaml.';
const LOG_IN =
  'Check the credentials in this shell (for AWS: `aws sts get-caller-identity`), and that they are allowed to read the state store and the cloud.';

const CREDENTIALS = [
  /get credentials|NoCredentialProviders|no valid credential|could not find default credentials|verify your AWS credentials/,
  /expired ?token|InvalidClientTokenId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch|InvalidAccessKeyId|AccessDenied|Forbidden|Unauthorized/,
  /(HCLOUD_TOKEN|DIGITALOCEAN_ACCESS_TOKEN|SCW_ACCESS_KEY|SCW_SECRET_KEY|AZURE_\w+|OS_\w+|LINODE_TOKEN)\b.*(required|must|not set|missing)/,
].map((part) => part.source);

/** The first that fits counts. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /State Store: Required value|Please set the --state flag/,
    make: userError(() => 'kops has no state store', NAME_THE_STORE),
  },
  {
    pattern: /unhandled path type|error building path for|State Store: Invalid value/,
    make: userError((run) => `kops cannot use this state store: ${run.error}`, NAME_THE_STORE),
  },
  {
    pattern: /kops version older than last used to update the cluster/,
    make: userError(
      () => 'this kops is older than the one that last updated the cluster',
      'Use that release of kops, or a newer one.',
    ),
  },
  {
    pattern: new RegExp(CREDENTIALS.join('|'), 'i'),
    make: (run) => new ExternalError(`kops was refused access: ${run.error}`, { hint: LOG_IN }),
  },
];

/** Takes a failed read or preview, and the timeout in milliseconds; gives the error to throw. */
export function readFailure(run: CallResult, timeoutMs: number): UserError | ExternalError {
  if (run.startError !== undefined) return notStarted(run);
  if (run.timedOut) return tooSlow(run, timeoutMs);
  const known = KNOWN_FAILURES.find(({ pattern }) => pattern.test(run.error));
  return known ? known.make(run) : failed(run);
}

/** Takes a run that printed what nobody can read, and what was wanted instead (`a Cluster as JSON`); gives the error to throw. */
export function rubbish(run: CallResult, wanted: string, start: string): ExternalError {
  const printed = start === '' ? 'nothing' : JSON.stringify(start.slice(0, 80));
  return new ExternalError(`kops should have printed ${wanted}, but printed ${printed}`, runItYourself(run));
}

function userError(message: (run: CallResult) => string, hint: string): MakeError {
  return (run) => new UserError(message(run), { hint });
}

function notStarted(run: CallResult): UserError {
  if (run.startError === 'ENOENT') return new UserError(run.error, { hint: INSTALL });
  return new UserError(run.error, { hint: 'Make it executable, or put another kops first on PATH.' });
}

function tooSlow(run: CallResult, timeoutMs: number): ExternalError {
  const waiting = run.waitedFor === '' ? '' : ` (${run.waitedFor})`;
  const message = `kops did not finish within ${timeoutMs / 1000} s: ${run.command}${waiting}`;
  return new ExternalError(message, {
    hint: 'Check that the state store and the cloud can be reached, or allow more time with --timeout.',
  });
}

function failed(run: CallResult): ExternalError {
  return new ExternalError(`kops failed: ${run.error}`, runItYourself(run));
}

function runItYourself(run: CallResult): Pick<ErrorDetails, 'hint'> & { hint: string } {
  return { hint: `To see all it prints, run: ${run.command}` };
}

/** Takes the name of a cluster that is not there, and those that are, or why they could not be listed; gives the error to throw. */
export function unknownCluster(name: string, names: readonly string[] | Error): UserError {
  const message = `there is no cluster ${JSON.stringify(oneLine(name))} in the state store`;
  return new UserError(message, { hint: names instanceof Error ? notListed(names) : whichOne(name, names) });
}

function notListed(error: Error): string {
  return `kops cannot list the clusters either (${error.message}). Is it the right state store?`;
}

function whichOne(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'The state store has no clusters. Is it the right one?';
  const near = nearNames(name, names);
  return near.length > 0 ? `Did you mean ${near.map(oneLine).join(' or ')}?` : `It holds ${listed(names)}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(oneLine).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

const MOST_NAMES = 3;

/**
 * Takes a name that does not exist and those that do; gives up to three that somebody may have meant, the nearest first:
 * a third of the letters may differ, or one may be the start of the other.
 */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const near = names
    .map((name) => ({
      name,
      distance: name.startsWith(wanted) || wanted.startsWith(name) ? 0 : editDistance(wanted, name),
    }))
    .filter(({ distance }) => distance <= Math.ceil(wanted.length / 3));
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NAMES)
    .map(({ name }) => name);
}
