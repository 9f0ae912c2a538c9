import { compareVersions } from '../cluster/release.ts';
import { UserError } from '../errors.ts';
import { sha256 } from '../sha256.ts';
import { specToYaml } from '../yaml/print.ts';
import { EXPORTER_NAME, type KubeObject, manifestText } from './manifests.ts';

/** A file to upload, and where it is looked for. */
export interface AddonFile {
  name: string;
  url: string;
  text: string;
}

/** The first release of kOps that takes a manifest as it is (`ParseAddons`, `channels/pkg/channels/addons.go`, 1.36.0). */
const PLAIN_SINCE = '1.36.0';

/** What stands first in each file. */
export const ADDON_MARK = '# kops-audit ship apply --via addon';

/**
 * The files that kOps loads the collectors from: one manifest; for a release before 1.36, and where it is not known, an index (`Addons`)
 * that names a manifest beside it, by whose hash kOps knows that it changed (`channels/pkg/api/channel.go`, 1.32 to 1.36).
 */
export function addonFiles(objects: readonly KubeObject[], url: string, kopsVersion: string | null): AddonFile[] {
  const name = fileOf(url);
  const manifest = `${ADDON_MARK}\n${manifestText(objects)}`;
  if (kopsVersion !== null && compareVersions(kopsVersion, PLAIN_SINCE) >= 0) return [{ name, url, text: manifest }];
  const other = name.replace(/(\.ya?ml)?$/, '-manifest.yaml');
  const index = {
    kind: 'Addons',
    metadata: { name: EXPORTER_NAME },
    spec: {
      addons: [
        {
          name: `${EXPORTER_NAME}.kops-audit.io`,
          selector: { 'app.kubernetes.io/part-of': 'kops-audit' },
          manifest: other,
          manifestHash: sha256(manifest),
        },
      ],
    },
  };
  return [
    { name: other, url: `${url.slice(0, url.length - name.length)}${other}`, text: manifest },
    { name, url, text: `${ADDON_MARK}\n${specToYaml(index)}` },
  ];
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** From where kOps loads (`vfs`, 1.32 to 1.36); it refuses `file://`. */
const SCHEMES = /^(?:https?|s3|gs|do|swift|azureblob|scw|oci):\/\/[^/]+\/(?:.*\/)?[^/]+$/;

/**
 * The URL as it may stand in a spec.
 *
 * @throws UserError where kOps cannot load from it, or a key stands in it (it is not shown).
 */
export function checkManifestUrl(url: string | undefined): string {
  if (url === undefined)
    throw new UserError('--via addon needs the URL of the manifest', {
      hint: 'Give --manifest-url URL: where the control plane can load it, such as s3://BUCKET/audit-exporter.yaml.',
    });
  if (/@|\?|#/.test(url))
    throw new UserError('--manifest-url has a user, a query or a fragment', {
      hint: 'It stands in the spec, for everybody to read: no key may be in it. Give an address that the instances of the control plane may read by their role.',
    });
  if (SCHEMES.test(url) && !/[\s'"\p{Cc}]/u.test(url)) return url;
  throw new UserError(`--manifest-url ${JSON.stringify(url)} is not an address that kOps loads from`, {
    hint: 'Write it like s3://BUCKET/audit-exporter.yaml, gs://… or https://…, with the name of the file at its end.',
  });
}
