import { COVERAGE_RULES, DROPPED_RULES, GAP_RULES } from './coverage.ts';
import { GROUP_RULES } from './groups.ts';
import { IDENTITY_RULES } from './identities.ts';
import { ORDER_RULES } from './order.ts';
import { RESOURCE_RULES } from './resources.ts';
import { SECRET_RULES } from './secrets.ts';
import { NOISE_RULES, SIZE_RULES } from './size.ts';
import { STAGE_RULES } from './stages.ts';
import { VALUE_RULES } from './values.ts';
import type { PolicyLintRule } from '../rule.ts';

/** Rules that look at each name by itself: they are right of a policy of which only a part can be read. */
export const NAME_RULES: readonly PolicyLintRule[] = [
  ...GROUP_RULES,
  ...RESOURCE_RULES,
  ...VALUE_RULES,
  ...IDENTITY_RULES,
];

/** Every rule for Policy documents, but for what the loader itself says of a text. */
export const POLICY_RULES: readonly PolicyLintRule[] = [
  ...COVERAGE_RULES,
  ...DROPPED_RULES,
  ...SECRET_RULES,
  ...ORDER_RULES,
  ...NAME_RULES,
  ...GAP_RULES,
  ...STAGE_RULES,
  ...SIZE_RULES,
  ...NOISE_RULES,
];
