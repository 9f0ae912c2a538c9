import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GroupRole } from '../../src/cluster/groups.ts';
import { isAmongKopsFiles, kopsPaths } from '../../src/cluster/kops-files.ts';

interface Recorded {
  image: 'ubuntu' | 'cos' | 'flatcar';
  role: GroupRole;
  /** What the builders of nodeup 1.36.0 make: `file PATH`, `directory PATH`. */
  tasks: string[];
}

const RECORDED = JSON.parse(
  readFileSync(new URL('../conformance/nodeup-files.json', import.meta.url), 'utf8'),
) as Recorded[];

/** Units of services and files of one distribution alone; nobody puts an asset there by mistake. */
const NOT_LISTED =
  /systemd\/|apt\.conf|\/opt\/(kops|kubernetes)\/bin\/(crictl|kubectl|nerdctl|kubelet)|containerd\/apache|crash-reporter|\/bin\/kubectl|root\//;
/** Named after the instance group, or written where the cluster wants it only. */
const BY_NAME = /manifests\/(etcd-.*|kops-channels)\.manifest/;

function pathsOf({ tasks }: Recorded, type: string): string[] {
  const paths = tasks.filter((task) => task.startsWith(`${type} `)).map((task) => task.split(' ')[1]!);
  return paths.map((path) => posix.resolve('/', path)).filter((path) => !NOT_LISTED.test(path) && !BY_NAME.test(path));
}

describe('the files of kOps', () => {
  it.each(RECORDED)('has each that nodeup writes on $image as $role', (recorded) => {
    const { files } = kopsPaths(recorded.role, recorded.image === 'cos' ? 'cos' : 'other', {});
    expect(pathsOf(recorded, 'file').filter((path) => !files.includes(path))).toEqual([]);
  });

  it.each(RECORDED.filter(({ image }) => image !== 'flatcar'))(
    'has none beside them on $image as $role',
    (recorded) => {
      const { files } = kopsPaths(recorded.role, recorded.image === 'cos' ? 'cos' : 'other', {});
      const written = recorded.tasks.map((task) => task.split(' ')[1]!);
      expect(files.filter((path) => !written.includes(path))).toEqual([]);
    },
  );

  it.each(RECORDED)('knows each directory that nodeup makes on $image as $role', (recorded) => {
    const { files, directories } = kopsPaths(recorded.role, recorded.image === 'cos' ? 'cos' : 'other', {});
    const all = [...files, ...directories].map((path) => `${path}/`);
    const unknown = pathsOf(recorded, 'directory').filter((path) => !all.some((known) => known.startsWith(`${path}/`)));
    expect(unknown).toEqual([]);
  });

  it.each([
    ['/srv/kubernetes', true],
    ['/var/log', true],
    ['/etc/kubernetes/pki', true],
    ['/srv/kubernetes/ca.crt/x', true],
    ['/srv/kubernetes/kube-apiserver/encryptionconfig.yaml', true],
    ['/srv/kubernetes/kube-apiserver/audit/policy.yaml', false],
    ['/etc/kubernetes/audit/policy.yaml', false],
    ['/var/log/kube-audit/audit.log', false],
  ])('is no place for a file of ours: %s: %s', (path, among) => {
    expect(isAmongKopsFiles(path)).toBe(among);
  });

  it('counts the authentication config where kOps writes one', () => {
    const path = '/etc/kubernetes/authn.config';
    expect(kopsPaths('ControlPlane', 'other', { authentication: { aws: {} } }).files).toContain(path);
    expect(kopsPaths('ControlPlane', 'other', {}).files).not.toContain(path);
  });
});
