import type { KeyType } from './audit-keys.ts';
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
  duration: { wanted: 'a duration such as "30s" or "1m30s"', test: isDuration },
  quantity: { wanted: 'a quantity such as 10, 0.5 or 500m', test: isQuantity },
};

function isInt32(value: Json): boolean {
  return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
}

/** Go's `time.ParseDuration`. */
function isDuration(value: Json): boolean {
  return typeof value === 'string' && /^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(value);
}

/** `resource.ParseQuantity` of k8s.io/apimachinery. */
function isQuantity(value: Json): boolean {
  if (typeof value === 'number') return true;
  if (typeof value !== 'string') return false;
  return /^[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.test(value.trim());
}
