import { checkWritable } from '../../input/write.ts';
import { readSpecFile, type SpecFile } from '../../input/read.ts';
import { changeFile } from '../../change/change-file.ts';
import type { Subject } from '../../change/journal/entry.ts';
import { readSpecText, type TextReading } from '../../change/spec-text.ts';
import type { Context } from '../../context.ts';
import type { ChangeRequest } from './request.ts';
import { earlierEntries } from './earlier.ts';
import { endDryRun } from './dry-run.ts';
import { readKopsVersion } from './flags.ts';
import { locked, refuseWithoutTerminal } from './locked.ts';
import { noticeCutOffs } from './notice.ts';
import { showResult } from './result.ts';
import { savePlan } from './save-plan.ts';
import { shownText } from './shown-text.ts';
import { showChange } from './show.ts';
import { terminalTalk } from './talk.ts';

/** Edits a cluster spec in a file, in place. */
export async function changeFileCommand(request: ChangeRequest, path: string, context: Context): Promise<number> {
  const { flags, journal } = request;
  const file = await readSpecFile(path);
  const reading = readSpecText(file.text, path, flags.cluster, readKopsVersion(flags));
  const subject: Subject = { type: 'file', path: file.target, cluster: reading.cluster.metadata.name };
  return locked(journal, subject, flags.dryRun ?? false, () => run(request, context, file, reading, subject));
}

async function run(
  request: ChangeRequest,
  context: Context,
  file: SpecFile,
  reading: TextReading,
  subject: Subject,
): Promise<number> {
  const { flags, journal } = request;
  const recorded = await earlierEntries(request, subject);
  const earlier = await noticeCutOffs(recorded, reading.cluster, request, context);
  const shown = shownText(request, reading, 'file', earlier);
  const { plan } = shown.prepared;
  const changes = plan.operations.length > 0;
  await showChange(shown, request, context);
  const { cluster } = subject;
  savePlan(plan, { type: 'file', cluster, path: file.path }, reading.kopsVersion, flags, context);
  if (flags.dryRun) return endDryRun(plan, false, flags, context);
  if (changes) await checkWritable(file);
  refuseWithoutTerminal(changes && !flags.yes, context);
  const talk = terminalTalk(context, shown.masker, flags);
  const edges = { journal, talk, interrupt: context.interrupt };
  const result = await changeFile(file, shown.text(), plan, subject, flags.yes ?? false, edges);
  return showResult(result, talk);
}
