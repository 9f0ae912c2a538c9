/** Mebibytes as a person says them, as everywhere: `100 MiB`, `1.1 GiB`. kube-apiserver counts so (lumberjack v2.2.1: 1024 × 1024). */
export function mebibyteText(mebibytes: number): string {
  if (mebibytes < 1024) return `${mebibytes} MiB`;
  return `${(mebibytes / 1024).toFixed(1).replace(/\.0$/, '')} GiB`;
}

/** The most bytes that a store takes of an event, in the units in which it is a round number: `256 KiB`, `1 MB`; undefined is `not known`. */
export function limitText(bytes: number | undefined): string {
  if (bytes === undefined) return 'not known';
  return bytes % 1024 === 0 ? inUnits(bytes, 1024, ['KiB', 'MiB']) : inUnits(bytes, 1000, ['kB', 'MB']);
}

function inUnits(bytes: number, step: number, [small, large]: readonly [string, string]): string {
  const isLarge = bytes >= step * step;
  return `${Math.round((bytes / step / (isLarge ? step : 1)) * 10) / 10} ${isLarge ? large : small}`;
}
