import { stringify } from 'yaml';
import { disable } from '../../src/commands/disable.ts';
import { enable, type EnableFlags, NO_FLAGS } from '../../src/commands/enable.ts';
import { rollback } from '../../src/commands/rollback.ts';
import type { JsonObject } from '../../src/json.ts';
import { cluster, handMade } from '../helpers/cluster.ts';
import type { Command } from './run.ts';
import type { World } from './world.ts';

type Flags = Partial<EnableFlags>;
type Step = [command: 'enable' | 'disable' | 'rollback', flags?: Flags, answers?: boolean[]];

/** One way to use the program. */
export interface Scenario {
  name: string;
  /** Where the spec is. */
  place: 'live' | 'file';
  /** The spec to begin with, besides what every cluster has. */
  spec: JsonObject;
  /** What was run before, with nothing going wrong. */
  before: Step[];
  command: Step[0];
  flags: Flags;
  /** What is answered, in the order of the questions. */
  answers: boolean[];
}

const YES: Flags = { yes: true };
const ROLL: Flags = { rollingUpdate: true, allowApiDowntime: true };
const TERRAFORM: Flags = { target: 'terraform', out: 'tf' };
const HAND_MADE: JsonObject = handMade('/srv/kubernetes/kube-apiserver/audit/policy.yaml');

type Row = [name: string, step: Step, answers?: boolean[], before?: Step[], spec?: JsonObject];

const ON: Step[] = [['enable', YES]];
const STORED: Step[] = [['enable', {}, [true, false]]];

const LIVE: readonly Row[] = [
  ['enable --yes', ['enable', YES]],
  ['enable, yes and yes', ['enable'], [true, true]],
  ['enable, yes and no', ['enable'], [true, false]],
  ['enable, no', ['enable'], [false]],
  ['enable --no-update', ['enable', { ...YES, update: false }]],
  ['enable with a roll', ['enable', { ...YES, ...ROLL }]],
  ['enable with a roll, asked', ['enable', ROLL], [true, true, true]],
  ['enable with a roll, declined', ['enable', ROLL], [true, true, false]],
  ['enable for Terraform', ['enable', { ...YES, ...TERRAFORM }]],
  ['enable for Terraform, asked', ['enable', TERRAFORM], [true, true]],
  ['enable without a journal', ['enable', { ...YES, journal: false }]],
  ['enable -o json', ['enable', { ...YES, output: 'json' }]],
  ['enable over a hand-made one', ['enable', YES], [], [], HAND_MADE],
  ['enable, changed', ['enable', { ...YES, logMaxAge: '7' }], [], ON],
  ['enable, changed, asked', ['enable', { logMaxAge: '7' }], [true, true], ON],
  ['enable, nothing to do', ['enable', YES], [], ON],
  ['enable, its update left', ['enable', YES], [], STORED],
  ['enable, its update left, asked', ['enable'], [true], STORED],
  ['enable, its roll left', ['enable', { ...YES, ...ROLL }], [], ON],
  ['disable --yes', ['disable', YES], [], ON],
  ['disable, asked', ['disable'], [true, true], ON],
  ['disable a hand-made one', ['disable', YES], [], [], HAND_MADE],
  ['rollback --yes', ['rollback', YES], [], ON],
  ['rollback, asked', ['rollback'], [true, true], ON],
  ['rollback of an adoption', ['rollback', YES], [], ON, HAND_MADE],
  ['rollback of a disable', ['rollback', { ...YES, ...ROLL }], [], [...ON, ['disable', YES]]],
];

const FILE: readonly Row[] = [
  ['enable -f --yes', ['enable', YES]],
  ['enable -f, yes', ['enable'], [true]],
  ['enable -f, no', ['enable'], [false]],
  ['enable -f without a journal', ['enable', { ...YES, journal: false }]],
  ['enable -f over a hand-made one', ['enable', { ...YES, output: 'json' }], [], [], HAND_MADE],
  ['enable -f, changed', ['enable', { ...YES, logMaxAge: '7' }], [], ON],
  ['disable -f', ['disable', YES], [], ON],
  ['rollback -f', ['rollback', YES], [], ON],
  ['rollback -f, asked', ['rollback'], [true], ON],
];

export const SCENARIOS: readonly Scenario[] = [
  ...LIVE.map((row) => scenario('live', row)),
  ...FILE.map((row) => scenario('file', row)),
];

function scenario(
  place: Scenario['place'],
  [name, [command, flags = {}], answers = [], before = [], spec = {}]: Row,
): Scenario {
  return { name, place, spec, before, command, flags, answers };
}

/** The text of a spec file with comments of its owner. */
export function specText({ spec }: Scenario): string {
  return `# The cluster of team m.\n${stringify(cluster(spec))}# The end.\n`;
}

/** A command line of a scenario as a command to run in its world. */
export function commandOf({ place }: Scenario, [name, given = {}]: Step, { specFile }: World): Command {
  const where: Flags = place === 'live' ? { cluster: 'm.k8s.local' } : { file: specFile };
  const flags: EnableFlags = { ...NO_FLAGS, ...where, ...given };
  if (name === 'rollback') return (context) => rollback(undefined, { ...flags, force: [] }, context);
  return (context) => (name === 'enable' ? enable(flags, context) : disable(flags, context));
}
