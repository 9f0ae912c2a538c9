import { readSpecFile } from '../../input/read.ts';
import { isPolicyPath } from '../../input/templates.ts';
import { writeSpecFile } from '../../input/write.ts';
import { UserError } from '../../errors.ts';
import { comparePolicies } from '../../policy/compare/compare.ts';
import { type OrderedPolicy, orderRules, type Wanted } from '../../policy/order/order-rules.ts';
import { comparisonView } from '../../report/comparison.ts';
import { wrap } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import { readSet } from '../../flags/check.ts';
import { type NamedPolicy, placeName, readKubernetesVersion } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';

/** The flags of `policy order` as they were typed. */
export interface OrderFlags {
  by?: Wanted;
  write?: boolean;
  set: string[];
  kubernetesVersion?: string;
}

/** `policy order`: the rules sorted so that of all that match the one that records least, or most, decides. */
export async function policyOrder(word: string, flags: OrderFlags, context: Context): Promise<number> {
  const { by } = flags;
  if (by === undefined) throw new UserError('--by is missing', { hint: BY });
  if (flags.write) refuseNoFile(word);
  const kubernetesVersion = await readKubernetesVersion(flags.kubernetesVersion);
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const named = await namedPolicy(word, { ...version, set: readSet(flags.set) }, context);
  const place = named.file === undefined ? {} : { file: named.file };
  const ordered = orderRules(named.text, by, { ...version, ...place });
  if (flags.write) await writePolicy(named, ordered.text);
  else await context.io.stdout(ordered.text);
  tell(named, ordered, context);
  return 0;
}

const BY = 'Give --by least: of all matching rules the one that records least decides. Or give --by most.';

/** Refuses `--write` for what is no file, before anything is read. Throws UserError. */
export function refuseNoFile(word: string): void {
  if (isPolicyPath(word)) return;
  throw new UserError(`--write needs a file, and ${word === '-' ? 'stdin' : word} is not one`, {
    hint: 'Without --write the policy is printed.',
  });
}

/**
 * Puts a text into the file of a policy.
 *
 * @throws UserError where the file is not that policy: a template with parameters, a cluster spec.
 */
export async function writePolicy({ file, text }: NamedPolicy, after: string): Promise<void> {
  if (file === undefined) return;
  const source = await readSpecFile(file);
  const mark = source.text.startsWith('\uFEFF') ? '\uFEFF' : '';
  if (source.text !== mark + text) {
    const hint = 'Without --write the policy is printed, with its parameters filled in.';
    throw new UserError('is not a plain policy, so it is not replaced', { place: { file }, hint });
  }
  if (after !== text) await writeSpecFile(source, mark + after);
}

/** What is said where an edited policy has no stamp any more. */
export const LOST_STAMP = 'The stamp in its first line is left out: it described the policy before.';

function tell(named: NamedPolicy, { text, policy, lostStamp }: OrderedPolicy, { io }: Context): void {
  const say = (line: string): void => io.stderr(`${wrap(line, io.columns)}\n`);
  if (text === named.text) return say(`The rules of ${placeName(named)} are already in that order.`);
  const comparison = comparePolicies(named.policy, policy);
  const found = {
    comparison,
    before: placeName(named),
    after: 'the new order',
    policies: [named.policy, policy] as const,
  };
  io.stderr(comparisonView(found, { style: io.style, columns: io.columns }));
  if (lostStamp) say(LOST_STAMP);
}
