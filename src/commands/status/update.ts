import type { KopsObject } from '../../cluster/types.ts';
import { ExternalError, UserError } from '../../errors.ts';
import { classifyChanges, type Preview } from '../../kops/preview.ts';
import type { UpdateStatus } from '../../report/status-types.ts';
import type { StatusKops } from './limit.ts';

/** Where `kops update` is not asked. */
export const NOT_ASKED: UpdateStatus = { state: 'not-asked', resources: 0, others: 0, error: null, command: null };

/** What `kops update cluster` would do now; that kops cannot tell is an answer too. Throws only the reason of an interrupt. */
export async function previewOf(kops: StatusKops, name: string): Promise<Preview | UserError | ExternalError> {
  try {
    return await kops.previewUpdate(name);
  } catch (error) {
    if (error instanceof UserError || error instanceof ExternalError) return error;
    throw error;
  }
}

/** A preview, in short. */
export function updateStatus(
  preview: Preview | Error,
  groups: readonly KopsObject[],
  name: string,
  kops: StatusKops,
): UpdateStatus {
  const command = kops.commandLine.previewUpdate(name);
  if (preview instanceof Error) return { state: 'unknown', resources: 0, others: 0, error: preview.message, command };
  const resources = preview.changes.length;
  const others = classifyChanges(preview, groups, name).other.length;
  return { state: preview.upToDate ? 'none' : 'pending', resources, others, error: null, command };
}
