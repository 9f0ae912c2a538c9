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
export const DEFAULT_POLICY = 'gce';
