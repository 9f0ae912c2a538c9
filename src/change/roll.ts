import { AbortError } from '../errors.ts';
import type { Run } from './live-run.ts';
import { rollAgain, rollStep, validateStep, wayBack } from './next-steps.ts';
import { failed, finished, interrupted, stopped } from './outcome.ts';
import type { ChangeResult } from './steps.ts';

/**
 * Once `kops update` is through: names the roll, or asks, rolls the control plane and the API servers, and validates.
 * It never throws for an interrupt: by then it would be untrue that nothing was written.
 */
export async function roll(run: Run): Promise<ChangeResult> {
  const { steps, edges, plan } = run;
  const next = [rollStep(run), validateStep(run)];
  if (!steps.rollingUpdate) return finished(run, 'It takes effect when the control plane is rolled.', next);
  const answer = steps.yes ? 'yes' : await confirmRoll(run);
  if (answer === 'interrupted') return interrupted(run, 'the spec is stored and applied, and nothing was rolled');
  if (answer === 'no') return stopped(run, 'the spec is stored and applied, but the roll was declined', next);
  run.progress.now = 'rolling';
  const rolled = await edges.talk.during('kops rolls the control plane', () =>
    edges.kops.rollingUpdate(plan.cluster, { yes: true }, edges.talk.relay),
  );
  if (rolled.interrupted)
    return interrupted(run, 'the spec is stored and applied, and the roll was stopped on its way');
  if (rolled.failed) return stopped(run, failed('kops rolling-update', rolled), rollAgain(run));
  run.progress.now = 'rolled';
  return validate(run);
}

async function validate(run: Run): Promise<ChangeResult> {
  const { edges, plan } = run;
  const valid = await edges.talk.during('kops validates the cluster', () =>
    edges.kops.validate(plan.cluster, '10m', edges.talk.relay),
  );
  if (valid.interrupted) return interrupted(run, 'all is applied and rolled, and only the validation was stopped');
  if (valid.failed) return { ...stopped(run, failed('kops validate cluster', valid), wayBack(run)), rolled: true };
  const message = `The control plane of ${plan.cluster} is rolled, and the cluster is valid.`;
  return { ...finished(run, message, []), rolled: true };
}

/** An interrupt is an answer here: by now it would be untrue that nothing was written. */
async function confirmRoll({ edges, plan }: Run): Promise<'yes' | 'no' | 'interrupted'> {
  const one = plan.controlPlaneInstances === 1 ? ' The control plane has one instance: the API is down meanwhile.' : '';
  try {
    return (await edges.talk.confirm(`Roll the control plane of ${plan.cluster} now?${one}`)) ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof AbortError) return 'interrupted';
    throw error;
  }
}
