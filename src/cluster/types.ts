import { UserError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';

export type { Operation } from '../yaml/json-patch.ts';

/** A file kOps puts on the instances (`spec.fileAssets[]`; kOps' `pkg/apis/kops/cluster.go`, FileAssetSpec). */
export type FileAsset = {
  name?: string;
  path?: string;
  roles?: string[];
  content?: string;
  isBase64?: boolean;
  mode?: string;
};

/** A kOps Cluster or InstanceGroup document as JSON. The spec is somebody's input: its values are not checked yet. */
export type KopsObject = {
  apiVersion: string;
  kind: string;
  metadata: JsonObject & { name: string };
  spec: JsonObject;
};

/** A value in a spec has the wrong type where we must write. `pointer` says where (RFC 6901), so that a file's line can be found. */
export class SpecError extends UserError {
  override name = 'SpecError';
  readonly pointer: string;

  constructor(pointer: string, message: string, hint: string) {
    super(message, { hint });
    this.pointer = pointer;
  }
}

/** The type of a value in words; never the value itself, which may be a secret. */
export function typeName(value: Json): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
