import { prepareEnable } from '../change/prepare.ts';
import { fileGates } from '../change/gates.ts';
import { readSpecToChange } from '../change/spec-text.ts';
import { auditBlocks } from '../cluster/audit-blocks.ts';
import { withPlaces } from '../cluster/documents.ts';
import type { ClusterWorld } from '../cluster/facts.ts';
import type { EnableOptions } from '../cluster/options.ts';
import type { Plan } from '../cluster/plan.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { readSpecFile, readStdin } from '../input/read.ts';
import { readReady } from '../input/templates.ts';
import type { Finding } from '../lint/rule.ts';
import { blocksText, type BlocksForm } from '../report/blocks.ts';
import { specMasker } from '../report/mask.ts';
import { safeText, wrap } from '../report/text.ts';
import type { ChangeFlags, CheckedFlags } from './change/flags.ts';
import { findingsText, type PlanWords } from './change/show.ts';
import { refusal } from './change/talk.ts';

/** What of `enable` the blocks are made with. */
export interface BlocksWanted {
  checked: CheckedFlags;
  flags: ChangeFlags & { kubernetesVersion?: string };
  options: EnableOptions;
  templates: Readonly<Record<string, string>>;
  words: Pick<PlanWords<Plan>, 'view' | 'ready'>;
}

/**
 * `enable --blocks`: prints the blocks of a spec that turn auditing on, for who makes it from a template, judged as any plan is. They are
 * for the spec of `-f`, or without one for a spec that has no auditing yet. Nothing is written.
 *
 * @throws UserError where a finding stops it, with nothing on stdout.
 */
export async function printBlocks(form: BlocksForm, wanted: BlocksWanted, context: Context): Promise<number> {
  const { io } = context;
  const { flags, words } = wanted;
  const { world, plan, findings } = await planned(wanted, context);
  await words.ready?.(plan);
  const masker = specMasker([plan.before, plan.after, ...world.groups].map(({ spec }) => spec));
  const clean = (text: string): string => safeText(masker.text(text));
  const text = blocksText(auditBlocks(plan), form);
  if (!flags.quiet)
    io.stderr(
      `${words.view(plan, { style: io.style, columns: io.columns, clean, diffCommand: () => null }).trimEnd()}\n`,
    );
  io.stderr(findingsText(findings, masker, flags.quiet ?? false, io));
  const blocking = findings.filter(({ severity }) => severity === 'error');
  if (blocking.length > 0) throw refusal(blocking);
  await io.stdout(text);
  if (!flags.quiet) io.stderr(`\n${wrap(NEXT, io.columns)}\n`);
  return 0;
}

const NEXT =
  'Nothing was written. Once they are in your template, check the rendered spec with `kops-audit lint FILE`.';

interface PlannedBlocks {
  world: ClusterWorld;
  plan: Plan;
  findings: Finding[];
}

async function planned(wanted: BlocksWanted, context: Context): Promise<PlannedBlocks> {
  const { flags, options, templates } = wanted;
  const { file, cluster, kubernetesVersion } = flags;
  if (file === undefined && cluster !== undefined) throw needsFile(cluster);
  if (file === undefined) {
    const world = newSpec(wanted);
    const { plan, blocking, others } = prepareEnable(world, options, templates, flags.allow, readReady);
    return { world, plan, findings: [...blocking, ...others] };
  }
  const text = file === '-' ? await readStdin(context.io.input) : (await readSpecFile(file)).text;
  const reading = readSpecToChange(text, file, cluster, wanted.checked.kopsVersion);
  const world = kubernetesVersion === undefined ? reading : { ...reading, kubernetesVersion };
  return withPlaces(reading.document, () => {
    const { plan, blocking, others } = prepareEnable(world, options, templates, flags.allow, readReady);
    return { world, plan, findings: [...blocking, ...reading.halfRead, ...fileGates(reading, plan), ...others] };
  });
}

function needsFile(cluster: string): UserError {
  return new UserError('--blocks takes a spec from -f only', {
    hint: `Pipe the stored one in: kops get all --name ${cluster} -o yaml | kops-audit enable --blocks yaml -f -`,
  });
}

/** A spec of which nothing is known but what the flags say. */
function newSpec({ flags: { kubernetesVersion }, checked: { kopsVersion } }: BlocksWanted): ClusterWorld {
  const spec = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const cluster = { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'Cluster', metadata: { name: 'NAME' }, spec };
  return { cluster, groups: [], kopsVersion };
}
