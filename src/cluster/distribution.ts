import { runsApiServer, type Group } from './groups.ts';

/** What the images of the groups that run an API server tell: Container-Optimized OS keeps its files below /etc/srv. */
export type Distribution = 'cos' | 'other' | 'mixed' | 'unknown';

const COS_IMAGE = /(^|\/)cos-|cos-cloud/;

/**
 * Judges the distribution by image names: those of Google's Container-Optimized OS are `cos-cloud/cos-…`.
 *
 * @returns `unknown` where no group that runs an API server is known, or one has no image.
 */
export function distributionOf(groups: readonly Group[]): Distribution {
  const images = groups.filter(runsApiServer).map((group) => group.image);
  if (images.length === 0 || images.includes(null)) return 'unknown';
  const cos = images.filter((image) => COS_IMAGE.test(image!)).length;
  if (cos === 0) return 'other';
  return cos === images.length ? 'cos' : 'mixed';
}

/** The directory kOps keeps its own files in (`nodeup/pkg/model/context.go` PathSrvKubernetes, 1.36). */
export function srvDirectory(distribution: Distribution): string {
  return distribution === 'cos' ? '/etc/srv/kubernetes' : '/srv/kubernetes';
}

/** A path as it would read on a distribution other than Container-Optimized OS; the tables are written for those. */
export function plainPath(path: string, distribution: Distribution): string {
  return distribution === 'cos' ? path.replace(/^\/etc\/srv\/kubernetes(?=\/|$)/, '/srv/kubernetes') : path;
}
