import type { KopsObject } from '../../cluster/types.ts';
import type { JsonObject } from '../../json.ts';

/** A kOps object as any JSON object. */
export function viewable({ apiVersion, kind, metadata, spec }: KopsObject): JsonObject {
  return { apiVersion, kind, metadata, spec };
}
