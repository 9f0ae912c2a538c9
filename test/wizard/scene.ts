import type { KopsObject } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { readTemplate } from '../../src/policy/render/template.ts';
import { seen, type Seen } from '../../src/wizard/present.ts';
import type { Answers, World } from '../../src/wizard/question.ts';
import { cluster, handMade } from '../helpers/cluster.ts';

const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));

/** A cluster as the wizard finds it. */
export function inStore(one: KopsObject, groups: readonly KopsObject[] = []): Seen {
  return seen({ cluster: one, groups, kopsVersion: null });
}

/** A store of three: `on` has auditing set up by hand, with a log at /var/log/audit/audit.log. */
export function world(more: Partial<World> = {}): World {
  const stored = [
    cluster(handMade('/srv/kubernetes/kube-apiserver/policy.yaml', {}, { auditLogMaxAge: 5 }), 'on.k8s.local'),
    cluster({}, 'off.k8s.local'),
    cluster({ kubeAPIServer: { auditWebhookConfigFile: '/srv/kubernetes/hook' } }, 'hook.k8s.local'),
  ].map((one) => inStore(one));
  return { stored, inFile: [], problem: null, templates, rolls: true, ...more };
}

/** All answered, everything by its default, on a cluster without auditing. */
export const ANSWERS: Answers = {
  place: 'off.k8s.local',
  policy: 'kops',
  log: 'file',
  rotation: 'cis',
  roll: 'later',
};
