import { compareVersions } from '../cluster/release.ts';
import type { JsonObject } from '../json.ts';
import type { Policy } from '../policy/types.ts';
import { yamlText } from '../yaml/write-value.ts';
import { rotationFlags } from './server-flags.ts';
import type { Asked, Tool } from './tool.ts';

const LOG = '/var/log/audit/kube/kube-apiserver.log';

function hasDocuments({ toolVersion }: Asked): boolean {
  return toolVersion !== null && compareVersions(toolVersion, '1.14.0') >= 0;
}

/** The policy as data: its keys as `audit.k8s.io/v1` has them. */
function policyObject({ rules, omitStages, omitManagedFields }: Policy): JsonObject {
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    ...(omitStages === undefined ? {} : { omitStages }),
    ...(omitManagedFields === undefined ? {} : { omitManagedFields }),
    rules: rules.map((rule) => plain(rule)),
  };
}

/** A rule with the keys of `audit.k8s.io/v1`, the core group written out. */
export function plain(rule: Policy['rules'][number]): JsonObject {
  const { resources, ...others } = rule;
  return {
    ...others,
    ...(resources === undefined ? {} : { resources: resources.map((entry) => ({ group: '', ...entry })) }),
  };
}

function settings(asked: Asked): string {
  const policy = policyObject(asked.policy.policy);
  const extraArgs = Object.fromEntries(rotationFlags(asked));
  if (!hasDocuments(asked)) return yamlText({ cluster: { apiServer: { extraArgs, auditPolicy: policy } } });
  const kind = (name: string): JsonObject => ({ apiVersion: 'v1alpha1', kind: name });
  return [
    yamlText({ ...kind('KubeAuditPolicyConfig'), configuration: policy }),
    yamlText({ ...kind('KubeAPIServerConfig'), extraArgs }),
  ].join('---\n');
}

export const TALOS: Tool = {
  name: 'talos',
  aliases: ['talosctl'],
  title: 'Talos Linux',
  versions: { of: 'Talos', oldest: '1.3.0', newest: '1.14.0' },
  where: { policy: '', log: LOG, webhook: '' },
  form: 'yaml',
  file: 'audit.yaml',
  policyIn: 'settings',
  refuses: ({ log, webhook }) => {
    if (webhook !== null)
      return {
        message: 'no webhook can be set up here: Talos 1.14 has no way to give kube-apiserver its file',
        hint: 'Up to 1.13 machine.files and cluster.apiServer.extraVolumes do it by hand. Or take the events from the log.',
      };
    if (log === null)
      return { message: 'Talos always writes the log: --no-log has no effect there', hint: 'Leave --no-log out.' };
    if (log.path === LOG) return null;
    return {
      message: `--log-path ${log.path} does not work here: Talos mounts one folder for the log, and its root is read-only`,
      hint: `Leave it out: the log is ${LOG}.`,
    };
  },
  settings,
  goes: () => [
    { file: 'audit.yaml', to: 'the machine configuration of every control-plane node; the policy is in it' },
  ],
  apply: () => [
    { says: 'See what changes:', commands: ['talosctl -n NODE patch mc --patch @audit.yaml --dry-run'] },
    {
      says: 'Then node by node; the pod restarts by itself:',
      commands: ['talosctl -n NODE patch mc --patch @audit.yaml --mode=no-reboot'],
    },
  ],
  verify: () => [
    {
      says: 'On each control-plane node:',
      commands: ['talosctl -n NODE get auditpolicyconfigs -o yaml', `talosctl -n NODE read ${LOG} | tail -n 1`],
    },
  ],
  traps: [
    {
      id: 'on-by-default',
      says: 'Auditing is on without this, with Metadata for everything: this replaces that policy.',
      how: 'read',
    },
    {
      id: 'machine-config-decides',
      says: 'This is for Talos up to 1.13, and for older clusters that were upgraded to 1.14. Where the machine configuration was made by 1.14 it conflicts ("kube-apiserver config is already set"): add --tool-version 1.14.',
      how: 'run',
      when: (asked) => !hasDocuments(asked),
    },
    {
      id: 'older-machine-config',
      says: 'This is for machine configurations that Talos 1.14 made. An older cluster that was upgraded to 1.14 still has cluster.apiServer: give --tool-version 1.13 for it.',
      how: 'read',
      when: hasDocuments,
    },
    {
      id: 'not-validated',
      says: 'Talos accepts a policy with a wrong level or kind; an unknown key fails later, in a controller, and the pod stays as it was. kops-audit has read this policy as kube-apiserver does.',
      how: 'run',
    },
    { id: 'replaces', says: 'The policy replaces the one before as a whole: policies are never merged.', how: 'read' },
  ],
  sources: [
    {
      what: 'cluster.apiServer, up to 1.13',
      how: 'run',
      from: "Talos' machinery 1.13.9: the patch applied, and validated",
    },
    { what: 'the documents of 1.14', how: 'read', from: 'Talos 1.14.0-rc.1 and its reference; not run' },
    { what: 'talosctl', how: 'read', from: 'not run: there was no node' },
  ],
};
