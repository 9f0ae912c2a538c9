import { findingsView } from './findings-text.ts';
import { rowsView, type ViewOptions } from './rows-view.ts';
import { liveLines } from './status-live.ts';
import { diskText } from './status-words.ts';
import type { ClusterStatus, LogStatus, PolicyStatus, UpdateStatus } from './status-types.ts';

/** All that is known of one cluster: topics, then the findings with their mends. */
export function statusView(status: ClusterStatus, options: ViewOptions): string {
  const { style, columns, clean } = options;
  const rows = rowsView(topics(status), options);
  if (status.findings.length === 0) return `${rows}\n`;
  const findings = status.findings.map(({ message, mend, ...finding }) => ({
    ...finding,
    message: clean(message),
    mend: clean(mend),
  }));
  return `${rows}\n\n${findingsView(findings, style, columns)}\n`;
}

function topics(status: ClusterStatus): [string, string[]][] {
  const { cluster, kubernetesVersion, policy, log, webhook, update, openChanges, live, findings } = status;
  return [
    ['Cluster', [kubernetesVersion === null ? cluster : `${cluster}, Kubernetes ${kubernetesVersion}`]],
    ['Audit', [status.state === 'on' && live === null ? ON_IN_THE_SPEC : STATES[status.state]]],
    ['Policy', policy === null ? [] : policyLines(policy)],
    ['Log', log === null ? [] : [logLine(log)]],
    ['Webhook', webhook === null ? [] : [webhook]],
    ['Update', updateLines(update)],
    ['Live', live === null ? [] : liveLines(live)],
    ['Changes', openChanges.map(({ message }) => message)],
    ['Findings', findings.length === 0 ? ['none'] : []],
  ];
}

/** The instances run with a spec only after an update and a roll, of which only the running API servers tell. */
const ON_IN_THE_SPEC = 'on in the spec; --live tells whether the API servers run so';

const STATES: Readonly<Record<ClusterStatus['state'], string>> = {
  on: 'on',
  off: 'off',
  broken: 'broken: see the errors below',
};

function policyLines({ name, path, version, edited, parameters }: PolicyStatus): string[] {
  const set = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  const written = version === null ? 'not written by kops-audit' : `written by kops-audit ${version}`;
  const since = edited ? ', edited by hand since' : '';
  return [`${name}, ${written}${since}`, ...(set.length === 0 ? [] : [`set: ${set.join(' ')}`]), path];
}

function logLine({ path, worstCaseMiB, unbounded }: LogStatus): string {
  if (path === '-') return 'stdout of kube-apiserver';
  return worstCaseMiB === null
    ? `${path}, nothing bounds it: ${unbounded}`
    : `${path}, at worst ${diskText(worstCaseMiB)} on each API server`;
}

function updateLines({ state, resources, others, error, command }: UpdateStatus): string[] {
  if (state === 'not-asked') return [];
  if (state === 'none') return ['nothing is pending'];
  if (state === 'unknown') return [`unknown: ${error}`];
  const what = `pending: ${resources} resource${resources === 1 ? '' : 's'} would change`;
  return [`${what}${others === 0 ? '' : `, ${others} of them not for auditing`}`, `See it with: ${command}`];
}
