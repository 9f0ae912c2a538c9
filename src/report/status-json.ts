import type { JsonObject } from '../json.ts';
import type { StatusRow } from './status-types.ts';

/** The status of clusters as JSON (docs/status.md has the fields): `formatVersion` grows when one changes its meaning or goes. */
export function statusJson(rows: readonly StatusRow[]): JsonObject {
  return { kind: 'Status', formatVersion: 1, clusters: rows as unknown as JsonObject[] };
}
