import type { EnableFlags } from '../commands/enable.ts';
import { flagsOf as flagTable, keyOf, type Flag } from '../flags/table.ts';
import { isPolicyPath } from '../input/templates.ts';
import { commandLine } from '../process/words.ts';
import { answeredRotation, logPathOf, presentRotation } from './log-questions.ts';
import { KEEP, OWN_FILE } from './policy-questions.ts';
import { logPathByItself, type Present } from './present.ts';
import { isNoLog } from './flow.ts';
import { FILE, SEVERAL_LOGS, WEBHOOK_TOO, chosenPresent, type Answers, type World } from './question.ts';

/** What flags and KOPS_CLUSTER_NAME answer already. */
export function answersOf(flags: EnableFlags, env: Readonly<Record<string, string | undefined>>): Answers {
  const { state } = flags;
  return {
    ...(state === undefined ? {} : { state }),
    ...placeOf(flags, env['KOPS_CLUSTER_NAME']),
    ...policyOf(flags),
    ...logOf(flags),
    ...rotationOf(flags),
    ...replayOf(flags),
    ...(flags.rollingUpdate ? { roll: 'now' } : {}),
  };
}

function placeOf({ file, cluster }: EnableFlags, fromEnv: string | undefined): Answers {
  if (file !== undefined) return { place: FILE, file, ...(cluster === undefined ? {} : { member: cluster }) };
  const place = cluster ?? fromEnv;
  return place ? { place } : {};
}

function policyOf({ policy }: EnableFlags): Answers {
  if (policy === undefined) return {};
  return isPolicyPath(policy) ? { policy: OWN_FILE, policyFile: policy } : { policy };
}

function replayOf({ replay: [log, ...others] }: EnableFlags): Answers {
  if (log === undefined) return {};
  return { replay: others.length > 0 ? SEVERAL_LOGS : log };
}

function logOf({ log, logPath }: EnableFlags): Answers {
  if (!log) return { log: 'none' };
  if (logPath === undefined) return {};
  return logPath === '-' ? { log: 'stdout' } : { log: 'other', logPath };
}

function rotationOf({ logMaxAge, logMaxBackups, logMaxSize }: EnableFlags): Answers {
  const given = { maxAge: logMaxAge, maxBackups: logMaxBackups, maxSize: logMaxSize };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return known.length === 0 ? {} : { rotation: 'own', ...Object.fromEntries(known) };
}

/** The flags of `enable` that say what was answered. What `enable` does by itself is left out; other flags stay as given. */
export function flagsOf(answers: Answers, given: EnableFlags, world: World): EnableFlags {
  const present = chosenPresent(answers, world);
  return defined({
    ...given,
    ...placeFlags(answers, given),
    policy: policyFlag(answers),
    replay: replayFlag(answers, given),
    ...logFlags(answers, present),
    ...rotationFlags(answers, present),
    ...webhookFlags(answers),
    rollingUpdate: answers.roll === 'now' ? true : undefined,
  });
}

type Flags = { [K in keyof EnableFlags]: EnableFlags[K] | undefined };

function placeFlags({ place, state, file, member }: Answers, given: EnableFlags): Partial<Flags> {
  if (place === FILE) return { file, cluster: member, state: undefined };
  return {
    cluster: place,
    state,
    file: undefined,
    kopsVersion: given.file === undefined ? given.kopsVersion : undefined,
  };
}

function replayFlag({ replay = SEVERAL_LOGS }: Answers, given: EnableFlags): string[] {
  if (replay === SEVERAL_LOGS) return given.replay;
  return isNoLog(replay) ? [] : [replay];
}

function policyFlag({ policy, policyFile }: Answers): string | undefined {
  if (policy === KEEP) return undefined;
  if (policy !== OWN_FILE) return policy;
  return policyFile === undefined || isPolicyPath(policyFile) ? policyFile : `./${policyFile}`;
}

function logFlags({ log, logPath }: Answers, present: Present): Partial<Flags> {
  const path = log === 'other' ? logPath : logPathOf(log ?? 'file', present);
  const byItself = logPathByItself(present);
  return { log: log !== 'none' || byItself === null, logPath: path === byItself ? undefined : (path ?? undefined) };
}

/** Where no webhook was asked for, what flags say of one stays. */
function webhookFlags({ log, webhookUrl, webhookCa, webhookToken, webhookCert, webhookKey }: Answers): Partial<Flags> {
  if (log !== WEBHOOK_TOO) return {};
  return {
    webhookConfig: undefined,
    webhookUrl,
    webhookCa,
    webhookTokenFile: webhookToken,
    webhookClientCert: webhookCert,
    webhookClientKey: webhookKey,
  };
}

/** Numbers that are the spec's, or the default's, need no flag. */
function rotationFlags(answers: Answers, present: Present): Partial<Flags> {
  const now = presentRotation(present);
  const wanted = answeredRotation(answers, present);
  const flag = (key: keyof typeof now): string | undefined =>
    answers.rotation === undefined || wanted[key] === now[key] ? undefined : String(wanted[key]);
  return { logMaxAge: flag('maxAge'), logMaxBackups: flag('maxBackups'), logMaxSize: flag('maxSize') };
}

function defined(flags: Flags): EnableFlags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as unknown as EnableFlags;
}

/**
 * The command that does what these flags say, for a POSIX shell; where it is longer than `columns` it goes on in further
 * lines, with a backslash at the ends.
 */
export function runbookCommand(flags: EnableFlags, columns: number): string {
  const told = new Map<string, EnableFlags[keyof EnableFlags]>(Object.entries(flags));
  const words = [
    'kops-audit enable',
    ...flagTable('enable').flatMap((flag) =>
      LEFT_OUT.includes(flag.name) ? [] : wordsOf(flag, told.get(keyOf(flag))),
    ),
  ];
  const [first = '', ...rest] = words;
  return rest.reduce((text, word) => {
    const last = text.slice(text.lastIndexOf('\n') + 1);
    return last.length + word.length + 3 > columns ? `${text} \\\n    ${word}` : `${text} ${word}`;
  }, first);
}

/** What belongs to this run, or to this person, and not to the change. */
const LEFT_OUT: readonly string[] = [
  '--dry-run',
  '--exit-code',
  '--output',
  '--replay',
  '--yes',
  '--include-pending',
  '--timeout',
  '--journal',
  '--no-journal',
  '--no-color',
  '--quiet',
  '--verbose',
];

function wordsOf({ name }: Flag, value: EnableFlags[keyof EnableFlags]): string[] {
  if (Array.isArray(value)) return value.map((each) => commandLine(name, [each]));
  if (typeof value === 'string') return [commandLine(name, [value])];
  const isSaid = name.startsWith('--no-') ? value === false : value === true;
  return isSaid ? [name] : [];
}
