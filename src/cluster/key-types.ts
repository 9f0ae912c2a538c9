import type { KeyType } from './audit-keys.ts';
import { isDuration } from './duration.ts';
import { readQuantity } from './quantity.ts';
import type { Json } from './types.ts';

/** What a key of a type can be, in words and as a test. */
interface KeyTypeRule {
  wanted: string;
  test: (value: Json) => boolean;
}

/** What kOps can decode (`pkg/apis/kops/v1alpha2/componentconfig.go`: int32, metav1.Duration, resource.Quantity; 1.19 to 1.37). */
export const KEY_TYPES: Readonly<Record<KeyType, KeyTypeRule>> = {
  string: { wanted: 'a text', test: (value) => typeof value === 'string' },
  integer: { wanted: 'a whole number without quotes, at most 2147483647', test: isInt32 },
  boolean: { wanted: 'true or false', test: (value) => typeof value === 'boolean' },
  duration: {
    wanted: 'a duration such as "30s" or "1m30s"',
    test: (value) => typeof value === 'string' && isDuration(value),
  },
  quantity: { wanted: 'a quantity such as 10, 0.5 or 500m', test: (value) => quantityOf(value) !== undefined },
};

function isInt32(value: Json): boolean {
  return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
}

/** What a key of type quantity holds: the number of kube-apiserver's flag; undefined where kOps refuses the spec. */
export function quantityOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  return readQuantity(String(value).trim());
}
