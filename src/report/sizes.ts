/** Mebibytes as a person says them, as everywhere: `100 MiB`, `1.1 GiB`. kube-apiserver counts so (lumberjack v2.2.1: 1024 × 1024). */
export function sizeText(mebibytes: number): string {
  if (mebibytes < 1024) return `${mebibytes} MiB`;
  return `${(mebibytes / 1024).toFixed(1).replace(/\.0$/, '')} GiB`;
}
