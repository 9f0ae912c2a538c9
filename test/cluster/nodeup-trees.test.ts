import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/cluster/facts.ts';
import type { EnableOptions } from '../../src/cluster/options.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { JsonObject } from '../../src/json.ts';
import { judge } from '../../src/lint/judge.ts';
import { lintCluster } from '../../src/lint/lint-cluster.ts';
import { options } from '../helpers/cluster.ts';
import { WEBHOOK, placesOf } from '../wide/asset-sets.mjs';

interface Recorded {
  documents: [cluster: KopsObject, ...groups: KopsObject[]];
  ask: { policy?: string; logPath?: string; webhook?: true };
  /** Whether kOps' nodeup brings the instances up as the spec is. */
  before: boolean;
  /** Where the plan put things; null: refused. */
  plan: JsonObject | null;
  /** Whether they come up with that. */
  after: boolean | null;
}

const TEMPLATES = readTemplates();
const RECORDED = JSON.parse(
  readFileSync(new URL('../conformance/nodeup-trees.json', import.meta.url), 'utf8'),
) as Recorded[];

function optionsOf({ policy, logPath, webhook }: Recorded['ask']): EnableOptions {
  return options({
    ...(policy ? { policy: { origin: 'template', name: policy, source: TEMPLATES[policy]! } } : {}),
    ...(logPath ? { logPath } : {}),
    ...(webhook ? { webhook: { config: WEBHOOK } } : {}),
  });
}

describe('random file assets, with the verdict of kOps’ nodeup recorded', () => {
  it.each(RECORDED.map((one, index) => [index, one] as const))(
    '%i',
    (_index, { documents, ask, before, plan, after }) => {
      const [cluster, ...groups] = documents;
      const world = { cluster, groups, kopsVersion: '1.36.0' };
      const facts = readFacts(world);
      const told = lintCluster(cluster, facts);
      const planned = planEnable(world, { ...optionsOf(ask), templates: TEMPLATES, toolVersion: '0.1.0' });
      const { blocking } = judge(() => told, lintCluster(planned.after, facts), []);
      expect(told.some(({ severity }) => severity === 'error') || before, 'lint tells what does not come up').toBe(
        true,
      );
      expect(blocking.length > 0 ? null : placesOf(planned.after), 'the plan that was tried').toEqual(plan);
      expect(before && after === false, 'came up before and does not after').toBe(false);
    },
  );

  it('is about specs of all kinds', () => {
    expect(RECORDED.filter(({ before }) => before).length).toBeGreaterThan(40);
    expect(RECORDED.filter(({ before }) => !before).length).toBeGreaterThan(15);
  });
});
