import { type ApiServer, type Flag, flagOf, valueOf } from '../../kubeadm/api-server.ts';
import { isOpen, type Place } from '../../kubeadm/parts.ts';
import { AUDIT_FLAG_NAMES, effectiveName, positiveFlags, wantedValue } from '../../kubeadm/server-flags.ts';
import { compareVersions } from '../../cluster/release.ts';
import { nearest } from '../../policy/nearest.ts';
import { type ServerBreach, type ServerRule, serverRule } from '../rule.ts';

/** What the rules about a kube-apiserver look at. */
export interface ServerInput {
  server: ApiServer;
  /** The release of the cluster; null: it is not known, and the newest counts. */
  kubernetesVersion: string | null;
}

const STOPS = 'kube-apiserver stops at once, and says so in its own log only.';

/** Rules about the flags of kube-apiserver. */
export const FLAG_RULES: readonly ServerRule<ServerInput>[] = [
  serverRule({
    id: 'flag-unknown',
    severity: 'error',
    fatal: true,
    why: STOPS,
    check: unknownFlags,
    say: ({ word, problem, meant }) => ({
      message:
        problem === null ? `kube-apiserver has no flag ${word}` : `kube-apiserver does not take ${word}: ${problem}`,
      fix: meant === null ? 'Remove it.' : `Write ${meant}.`,
    }),
  }),
  serverRule({
    id: 'flag-value',
    severity: 'error',
    fatal: true,
    why: STOPS,
    check: badValues,
    say: ({ name, value, wanted }) => ({
      message: value === null ? `--${name} has no value` : `--${name} is "${value}", and must be ${wanted}`,
      fix: `Write ${wanted}${/^".*"$/s.test(value ?? '') ? ': the inner quotes are part of the value' : ''}.`,
    }),
  }),
  serverRule({
    id: 'flag-twice',
    severity: 'warning',
    fatal: false,
    why: 'kube-apiserver takes the last one and does not say so.',
    check: twice,
    say: ({ name, value, before }) => ({
      message: `--${name} is given twice: "${value}" counts, "${before}" does not`,
      fix: 'Remove one of them.',
    }),
  }),
  serverRule({
    id: 'log-without-policy',
    severity: 'error',
    fatal: false,
    why: 'Without a policy kube-apiserver records nothing, and says so only in its debug log.',
    check: noPolicy,
    say: ({ name }) => ({
      message: `--${name} is set, but --audit-policy-file is not: nothing is recorded`,
      fix: 'Set --audit-policy-file, and mount its directory.',
    }),
  }),
  serverRule({
    id: 'policy-without-log',
    severity: 'error',
    fatal: false,
    why: 'kube-apiserver loads the policy, records nothing, and does not say so.',
    check: noBackend,
    say: () => ({
      message: '--audit-policy-file is set, but neither a log nor a webhook: nothing is recorded',
      fix: 'Set --audit-log-path, for example to /var/log/kubernetes/audit/audit.log, and mount its directory.',
    }),
  }),
  serverRule({
    id: 'audit-off',
    severity: 'warning',
    fatal: false,
    why: 'Nothing is recorded of what is done in this cluster.',
    check: isOff,
    say: () => ({
      message: 'no audit flag is set: auditing is off (CIS 3.2.1)',
      fix: 'Set --audit-policy-file and --audit-log-path, and mount the directories of both.',
    }),
  }),
  serverRule({
    id: 'rotation-missing',
    severity: 'warning',
    fatal: false,
    why: 'When the disk is full all further events are lost, and the node can go down.',
    check: unbounded,
    say: ({ name, isSet }) => ({
      message: `the log has no upper bound: --${name} ${isSet ? 'is 0' : 'is not set, which is 0 up to Kubernetes 1.35'}`,
      fix: `Set --${name} to ${name === 'audit-log-maxsize' ? 100 : 10}.`,
    }),
  }),
];

/** `flag`: the one of auditing that is meant; `meant`: what to write for it. */
type UnknownArgs = { word: string; problem: string | null; flag: string | null; meant: string | null };

function unknownFlags({ server: { tool, flags, words } }: ServerInput): ServerBreach<UnknownArgs>[] {
  const ofFlags = flags.flatMap((flag) => {
    const problem = isOpen(flag.name) ? undefined : unreadable(flag, tool === 'pod');
    return problem ? [{ args: { ...problem, word: shortWord(problem.word) }, place: flag.place }] : [];
  });
  const ofWords = words
    .filter(({ word }) => word !== '' && !isOpen(word))
    .map(({ word, place }) => ({
      args: { word: shortWord(word), problem: 'it takes flags only', flag: null, meant: null },
      place,
    }));
  return [...ofFlags, ...ofWords];
}

/** The forms of pflag 1.0.9 (`parseLongArg`, `parseShortArg`), and the names that auditing has. */
function unreadable({ word, name }: Flag, isPod: boolean): UnknownArgs | undefined {
  const bare = effectiveName(name.replace(/^-+/, '').split(/\s/, 1).join(''));
  const flag = (AUDIT_FLAG_NAMES.includes(bare) ? bare : nearest(bare, AUDIT_FLAG_NAMES)) ?? null;
  const dashes = isPod ? '--' : '';
  const problemOf = (problem: string | null, meant = flag && `${dashes}${flag}`): UnknownArgs => ({
    word: isPod ? word : name,
    problem,
    flag,
    meant,
  });
  if (name.startsWith('-') && isPod) return problemOf('the dashes are too many', `--${flag ?? bare}`);
  if (name.startsWith('-')) return problemOf('kubeadm puts the dashes before it', flag ?? bare);
  if (!word.startsWith('--'))
    return bare.length > 2 ? problemOf('it needs two dashes', `--${flag ?? bare}`) : undefined;
  if (/\s/.test(name)) return problemOf('there is a blank in its name', isPod ? spaced(name) : flag);
  if (name === '') return { ...problemOf('it has no name'), word };
  if (AUDIT_FLAG_NAMES.includes(bare) || !(/audit/i.test(name) || flag !== null)) return undefined;
  return { ...problemOf(null), word: `--${name}` };
}

function spaced(name: string): string {
  const [first = '', ...rest] = name.trim().split(/\s+/);
  return `--${first}=${rest.join(' ')}`;
}

const MOST = 60;

function shortWord(word: string): string {
  return word.length > MOST ? `${word.slice(0, MOST)}…` : word;
}

const FILES: readonly string[] = ['audit-policy-file', 'audit-log-path', 'audit-webhook-config-file'];

type ValueArgs = { name: string; value: string | null; wanted: string };

function badValues({ server, kubernetesVersion }: ServerInput): ServerBreach<ValueArgs>[] {
  return server.flags.flatMap((flag) => {
    const { value, valuePlace: place } = flag;
    const name = effectiveName(flag.name);
    if (!AUDIT_FLAG_NAMES.includes(name) || isOpen(value ?? '')) return [];
    const wanted = value === null ? 'a value' : wantedOf(server, name, value, kubernetesVersion);
    return wanted === undefined || wanted === '' ? [] : [{ args: { name, value, wanted }, place }];
  });
}

function wantedOf(
  server: ApiServer,
  name: string,
  value: string,
  kubernetesVersion: string | null,
): string | undefined {
  if (FILES.includes(name)) return /\/\s*$/.test(value) ? 'the path of a file, not of a directory' : undefined;
  const backend = name.startsWith('audit-webhook') ? 'webhook' : 'log';
  const isOn = valueOf(server, backend === 'log' ? 'audit-log-path' : 'audit-webhook-config-file') !== '';
  const wanted = wantedValue(name, value, isOn);
  if (wanted !== undefined || !isOn) return wanted;
  if (name.endsWith('-version')) return wantedEvent(value, kubernetesVersion);
  const isPositive = !positiveFlags(backend, (flag) => valueOf(server, flag)).includes(name) || Number(value) > 0;
  return isPositive ? undefined : 'more than 0';
}

/** The versions of events before v1 went with Kubernetes 1.24 (`knownGroupVersions`). */
function wantedEvent(value: string, kubernetesVersion: string | null): string | undefined {
  const isOld = kubernetesVersion !== null && compareVersions(kubernetesVersion, '1.24.0') < 0;
  return isOld || value === 'audit.k8s.io/v1' ? undefined : 'audit.k8s.io/v1';
}

type TwiceArgs = { name: string; value: string; before: string };

function twice({ server: { flags } }: ServerInput): ServerBreach<TwiceArgs>[] {
  const seen = new Map<string, string>();
  return flags.flatMap(({ name: written, value, place }) => {
    const name = effectiveName(written);
    const before = seen.get(name);
    seen.set(name, value ?? '');
    if (!AUDIT_FLAG_NAMES.includes(name) || before === undefined || before === value) return [];
    return [{ args: { name, value: value ?? '', before }, place }];
  });
}

function backendOf(server: ApiServer): Flag | undefined {
  return ['audit-log-path', 'audit-webhook-config-file']
    .map((name) => flagOf(server, name))
    .find((flag) => flag?.value);
}

function noPolicy({ server }: ServerInput): ServerBreach<{ name: string }>[] {
  const backend = backendOf(server);
  if (!backend || server.isPartial || valueOf(server, 'audit-policy-file') !== '') return [];
  return [{ args: { name: effectiveName(backend.name) }, place: backend.place }];
}

function noBackend({ server }: ServerInput): ServerBreach<Record<string, never>>[] {
  const policy = flagOf(server, 'audit-policy-file');
  return !policy?.value || server.isPartial || backendOf(server) ? [] : [{ args: {}, place: policy.place }];
}

function isOff({ server }: ServerInput): ServerBreach<Record<string, never>>[] {
  const isOn = valueOf(server, 'audit-policy-file') !== '' || backendOf(server);
  return isOn || server.isPartial ? [] : [{ args: {}, place: server.place }];
}

type RotationArgs = { name: string; isSet: boolean };

/**
 * Up to 1.35 a flag that is not set is 0: 100 MiB for the size, and all files kept. From 1.36 the defaults are 100 MiB and 100 files, and a
 * size of 0 turns rotation off (k8s.io/apiserver `pkg/server/options/audit.go`, 0.35 and 0.36).
 */
function unbounded({ server, kubernetesVersion }: ServerInput): ServerBreach<RotationArgs>[] {
  const log = flagOf(server, 'audit-log-path');
  if (!log?.value || log.value === '-' || server.isPartial) return [];
  const isBefore136 = kubernetesVersion !== null && compareVersions(kubernetesVersion, '1.36.0') < 0;
  const [size, backups] = [flagOf(server, 'audit-log-maxsize'), flagOf(server, 'audit-log-maxbackup')];
  const tell = (name: string, flag: Flag | undefined, place: Place): ServerBreach<RotationArgs>[] => [
    { args: { name, isSet: flag !== undefined }, place },
  ];
  if (!isBefore136 && size && Number(size.value) === 0) return tell('audit-log-maxsize', size, size.place);
  const keepsAll = backups ? Number(backups.value) === 0 : isBefore136;
  return keepsAll ? tell('audit-log-maxbackup', backups, (backups ?? log).place) : [];
}
