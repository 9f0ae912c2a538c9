import { CIS_RULES } from './cis-rules.ts';
import { BACKEND_RULES } from './backend-rules.ts';
import type { ClusterRule } from '../finding.ts';
import { TEMPLATE_RULES } from './template-rules.ts';

/** Rules for Cluster documents that `lint` has besides CLUSTER_RULES: good advice, on which `enable` does not insist. */
export const ADVICE_RULES: readonly ClusterRule[] = [...TEMPLATE_RULES, ...BACKEND_RULES, ...CIS_RULES];
