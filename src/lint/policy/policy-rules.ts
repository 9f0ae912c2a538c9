import { COVERAGE_RULES } from './coverage-rules.ts';
import { DROPPED_RULES } from './dropped-rules.ts';
import { GAP_RULES } from './gap-rules.ts';
import { GROUP_RULES } from './group-rules.ts';
import { IDENTITY_RULES } from './identity-rules.ts';
import { NOISE_RULES } from './noise-rules.ts';
import { ORDER_RULES } from './order-rules.ts';
import { RESOURCE_RULES } from './resource-rules.ts';
import type { PolicyLintRule } from './rule.ts';
import { SECRET_RULES } from './secret-rules.ts';
import { SIZE_RULES } from './size-rules.ts';
import { STAGE_RULES } from './stage-rules.ts';
import { VALUE_RULES } from './value-rules.ts';

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
