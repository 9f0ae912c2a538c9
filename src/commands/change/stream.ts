import { readStdin } from '../../input/read.ts';
import { readSpecText } from '../../change/spec-text.ts';
import type { Context } from '../../context.ts';
import type { ChangeRequest } from './request.ts';
import { endDryRun } from './dry-run.ts';
import { readKopsVersion } from './flags.ts';
import { shownText } from './shown-text.ts';
import { showChange } from './show.ts';

/**
 * `-f -`: a stream in, the stream out with only the Cluster changed. It asks nothing, as nothing stored is touched.
 * Nothing goes to stdout before all is well.
 */
export async function changeStreamCommand(request: ChangeRequest, context: Context): Promise<number> {
  const { flags, output } = request;
  const text = await readStdin(context.io.input);
  const reading = readSpecText(text, '-', flags.cluster, readKopsVersion(flags));
  const shown = shownText(request, reading, 'stdin', []);
  await showChange(shown, request, context);
  const { plan } = shown.prepared;
  const isStream = output === 'yaml' || (output === 'text' && !flags.dryRun);
  if (isStream) await context.io.stdout(shown.text());
  return flags.dryRun ? endDryRun(plan, false, flags, context) : 0;
}
