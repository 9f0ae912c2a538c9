import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readSet } from '../../flags/check.ts';
import { columnsOf, type Preset, PRESETS, readerOf, readName } from '../../replay/sql/columns.ts';
import { type DialectName, dialectNamed, DIALECTS } from '../../replay/sql/dialects.ts';
import { queryOf } from '../../replay/sql/query.ts';
import { lineOfRule, type NamedPolicy, placeName } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';

/** The flags of `policy sql` as the command line gives them. */
export interface SqlFlags {
  policy?: string;
  set: string[];
  kubernetesVersion?: string;
  cluster?: string;
  state?: string;
  file?: string;
  dialect?: DialectName;
  preset: keyof typeof PRESETS;
  columns?: string;
  table?: string;
  from?: string;
  files?: string;
  where?: boolean;
  verbose?: boolean;
}

/** `policy sql`: a policy as one query over recorded events. */
export async function policySql(flags: SqlFlags, context: Context): Promise<number> {
  const { dialect } = flags;
  if (dialect === undefined)
    throw new UserError('no dialect is named', {
      hint: `Say which database shall run it: --dialect ${DIALECTS.join(', ')}.`,
    });
  const preset = columnsOf(PRESETS[flags.preset], flags.columns);
  const from = sourceOf(flags, dialect, preset);
  const named = await policyOf(flags, context);
  const query = queryOf(named.policy, {
    dialect,
    preset,
    from,
    policyName: placeName(named),
    lineOf: (rule) => lineOfRule(named, rule),
    isFilter: flags.where === true,
  });
  await context.io.stdout(query);
  return 0;
}

const DEFAULT_TABLE = 'audit_log';

/** What the query reads: files, a table, or whatever stands for one. */
function sourceOf({ files, from, table = DEFAULT_TABLE }: SqlFlags, dialect: DialectName, preset: Preset): string {
  const { identifier } = dialectNamed(dialect);
  if (files !== undefined) return readerOf(files, preset, dialectNamed(dialect));
  return from ?? readName('--table', table).map(identifier).join('.');
}

async function policyOf(flags: SqlFlags, context: Context): Promise<NamedPolicy> {
  const { policy, kubernetesVersion } = flags;
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  if (policy !== undefined) return namedPolicy(policy, { ...options, set: readSet(flags.set) }, context);
  const cluster = flags.cluster ?? context.env['KOPS_CLUSTER_NAME'];
  if (!cluster && flags.file === undefined)
    throw new UserError('no policy is named', {
      hint: 'Name a template or a file with --policy, or with --cluster NAME or -f FILE the cluster that has it.',
    });
  const { policyOfCluster } = await import('./cluster-policy.ts');
  return policyOfCluster({ ...flags, ...(cluster && flags.file === undefined ? { cluster } : {}) }, context);
}
