import { readSpecFile } from '../../input/read.ts';
import { readStdin } from '../../input/read.ts';
import { readSpecText } from '../../change/spec-text.ts';
import { readDocuments } from '../../cluster/text/documents.ts';
import { UserError } from '../../errors.ts';
import { readKopsVersion } from '../change/flags.ts';
import type { Context } from '../../context.ts';
import type { StatusRequest } from './flags.ts';
import type { Limit } from './limit.ts';
import { statusRow } from './row.ts';
import type { Target } from './rows.ts';
import { NOT_ASKED } from './update.ts';

/** The clusters in a spec file, or those of them that were named. Throws UserError where it is no spec. */
export async function fileTargets(
  file: string,
  request: StatusRequest,
  context: Context,
  limit: Limit,
): Promise<Target[]> {
  const { text, path } = await textOf(file, context);
  const kopsVersion = readKopsVersion(request.flags);
  const names = request.names.length > 0 ? request.names : namesIn(text, file);
  if (request.flags.context !== undefined && names.length > 1)
    throw new UserError('--context does not go here: it goes with one cluster', { hint: 'Name it with --cluster.' });
  return names.map((cluster) => ({
    cluster: cluster ?? file,
    look: async () => {
      const reading = readSpecText(text, file, cluster, kopsVersion);
      const subject = { type: 'file' as const, path, cluster: reading.cluster.metadata.name };
      return statusRow({ ...reading, subject, update: NOT_ASKED }, request, context, limit);
    },
  }));
}

async function textOf(file: string, { io }: Context): Promise<{ text: string; path: string }> {
  if (file === '-') return { text: await readStdin(io.input), path: '-' };
  const { text, target } = await readSpecFile(file);
  return { text, path: target };
}

/** Undefined asks for the only one: what is wrong where there is none is then told. */
function namesIn(text: string, file: string): (string | undefined)[] {
  const names = readDocuments(text, file).flatMap(({ kind, name }) => (kind === 'Cluster' ? [name] : []));
  return names.length === 0 ? [undefined] : [...new Set(names)];
}
