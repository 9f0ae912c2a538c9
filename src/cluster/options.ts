import { UserError } from '../errors.ts';

/** Which policy is asked for: one of the templates, or the text of somebody's own file. */
export interface WantedPolicy {
  origin: 'template' | 'file';
  /** The template's name, or the file's base name. */
  name: string;
  source: string;
  /** The path as it was given, for errors; only for a file. */
  file?: string;
}

/** A kubeconfig for the webhook backend, and how kube-apiserver shall use it. */
export interface WantedWebhook {
  config?: string;
  mode?: string;
  initialBackoff?: string;
}

/** What a person asked `enable` for. What is left out stays as the spec has it, or takes its default. */
export interface EnableOptions {
  policy?: WantedPolicy;
  /** Values for the parameters of the policy template, as given: `secretsLevel` to `None`. */
  set: Readonly<Record<string, string>>;
  logPath?: string;
  logMaxAge?: number;
  logMaxBackups?: number;
  logMaxSize?: number;
  noLog: boolean;
  webhook: WantedWebhook;
}

/** What `enable` writes where neither the spec nor a flag says anything: the values of the CIS benchmark, 1.2.16 to 1.2.19. */
export const LOG_DEFAULTS = {
  auditLogPath: '/var/log/kube-audit/audit.log',
  auditLogMaxAge: 30,
  auditLogMaxBackups: 10,
  auditLogMaxSize: 100,
} as const;

/** The template taken where the spec has no policy and none is asked for. */
export const DEFAULT_POLICY = 'kops';

/**
 * A sentence that explains what was moved, kept or replaced; where an option would have it otherwise, with that: asking for a policy (which,
 * where there is one), or telling the release of kOps.
 */
export type Note =
  | string
  | { text: string; otherwise: { option: 'policy'; name: string | null } | { option: 'kopsVersion' } };

/** An option that means something only with a log, or only with a webhook. */
export type BackendOption = 'logPath' | 'logMaxAge' | 'logMaxBackups' | 'logMaxSize' | 'mode' | 'initialBackoff';

/** Why options can have no effect on a spec. */
export type Refusal =
  | { why: 'nowhere' }
  | { why: 'no-log' | 'no-webhook'; option: BackendOption }
  | { why: 'set'; policy: 'of-groups' | 'unknown' | 'edited' | 'foreign' };

/** Options that this spec lets have no effect. It is data: whoever was given them says it in the words in which they were given. */
export class OptionError extends UserError {
  override name = 'OptionError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(plainText(refusal));
    this.refusal = refusal;
  }
}

function plainText(refusal: Refusal): string {
  if (refusal.why === 'nowhere') return 'there would be neither a log nor a webhook';
  if (refusal.why === 'set') return `the parameters have no effect: the policy is ${POLICIES[refusal.policy]}`;
  return `${refusal.option} has no effect: there is no ${refusal.why === 'no-log' ? 'log' : 'webhook'}`;
}

const POLICIES: Readonly<Record<'of-groups' | 'unknown' | 'edited' | 'foreign', string>> = {
  'of-groups': 'that of the instance groups',
  unknown: 'in no file asset',
  edited: 'edited by hand',
  foreign: 'none of the templates',
};
