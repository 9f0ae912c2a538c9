import { worstCaseDisk } from '../cluster/disk.ts';
import { LOG_DEFAULTS } from '../cluster/options.ts';
import type { Present } from './present.ts';
import type { Answers } from './question.ts';

/** How long rotated files are kept, how many, and how large one gets. */
export interface Rotation {
  /** Days; 0: for ever. */
  maxAge: number;
  /** Files; 0: all. */
  maxBackups: number;
  /** Megabytes. */
  maxSize: number;
}

/** The ready-made ones. `cis` is what the CIS Kubernetes benchmark asks for at least (1.2.16 to 1.2.19). */
export const ROTATIONS: Readonly<Record<'cis' | 'small' | 'large', Rotation & { why: string }>> = {
  cis: {
    maxAge: LOG_DEFAULTS.auditLogMaxAge,
    maxBackups: LOG_DEFAULTS.auditLogMaxBackups,
    maxSize: LOG_DEFAULTS.auditLogMaxSize,
    why: 'What the CIS benchmark asks for at least. It suits most clusters.',
  },
  small: {
    maxAge: 7,
    maxBackups: 4,
    maxSize: 50,
    why: 'For small root disks, where a shipper takes the log away. Less than the CIS benchmark asks for.',
  },
  large: {
    maxAge: 90,
    maxBackups: 50,
    maxSize: 100,
    why: 'For a log that is read on the instance, and a busy cluster. See that the disk has the room.',
  },
};

/** What the spec has; what it leaves open as `enable` fills it up. */
export function presentRotation({ settings }: Present): Rotation {
  const number = (key: keyof typeof LOG_DEFAULTS): number => {
    const value = settings[key] ?? LOG_DEFAULTS[key];
    return typeof value === 'number' ? value : 0;
  };
  return {
    maxAge: number('auditLogMaxAge'),
    maxBackups: number('auditLogMaxBackups'),
    maxSize: number('auditLogMaxSize'),
  };
}

/** Whether the spec says anything of rotation. */
export function hasRotation({ settings }: Present): boolean {
  return ['auditLogMaxAge', 'auditLogMaxBackups', 'auditLogMaxSize'].some((key) => settings[key] !== undefined);
}

/** The rotation answered; numbers of one's own that are not there yet are those of the spec. */
export function answeredRotation(answers: Answers, present: Present): Rotation {
  const { rotation } = answers;
  if (rotation === 'cis' || rotation === 'small' || rotation === 'large') return ROTATIONS[rotation];
  const now = presentRotation(present);
  if (rotation !== 'own') return now;
  return {
    maxAge: Number(answers.maxAge ?? now.maxAge),
    maxBackups: Number(answers.maxBackups ?? now.maxBackups),
    maxSize: Number(answers.maxSize ?? now.maxSize),
  };
}

/** `30 days, 10 × 100 MB: at worst 1100 MB`. */
export function rotationText(rotation: Rotation, present: Present): string {
  const { maxAge, maxBackups, maxSize } = rotation;
  const age = maxAge === 0 ? 'for ever' : `${maxAge} days`;
  const files = maxBackups === 0 ? 'all files' : `${maxBackups}`;
  return `${age}, ${files} × ${maxSize} MB: ${diskText(rotation, present)}`;
}

/** The disk it can take at worst on each instance. */
export function diskText({ maxBackups, maxSize }: Rotation, { kubernetesVersion }: Present): string {
  const settings = { auditLogPath: '/log', auditLogMaxBackups: maxBackups, auditLogMaxSize: maxSize };
  const { mebibytes } = worstCaseDisk(settings, kubernetesVersion);
  return mebibytes === null ? 'without a bound' : `at worst ${mebibytes} MB`;
}
