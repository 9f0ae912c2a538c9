/** Which steps of the pipeline shall run for a cluster in a state store, and what was answered beforehand. */
export interface LiveSteps {
  /** Answers the questions for the spec and for the update; never the one for the roll, unless `rollingUpdate` is set too. */
  yes: boolean;
  /** Run `kops update cluster`. */
  update: boolean;
  /** Roll the control plane afterwards. */
  rollingUpdate: boolean;
  /** Null: `--target` was not given, which is the same as `direct`, but for a warning. */
  target: 'direct' | 'terraform' | null;
  /** The folder for Terraform files. */
  out: string | null;
  includePending: boolean;
  allowKopsUpgrade: boolean;
  allowApiDowntime: boolean;
}

/** How a change ended. */
export interface ChangeResult {
  /** 0 done · 5 the spec is stored but a later step is left · 130 interrupted. */
  exitCode: 0 | 5 | 130;
  /** What is stored now; `unknown`: neither the old nor the new one, or it could not be read back. */
  spec: 'unchanged' | 'new' | 'unknown';
  updated: boolean;
  rolled: boolean;
  /** What happened, in a sentence. */
  message: string;
  /** What is left to do: commands to paste, each with a reason. */
  next: NextStep[];
}

export interface NextStep {
  why: string;
  command: string;
}
