/** What is not as long in one run as in another though the request is the same. */
const VARYING: readonly [what: RegExp, as: string][] = [
  [/("resourceVersion":"|resourceVersion=)\d+/g, '$11'], // the store counts all that was written before
  [/("continue":")[^"]*/g, '$1'], // holds that number too
  [/timeoutSeconds=\d+/g, 'timeoutSeconds=1'], // for a watch Kubernetes' own clients take any between 5 and 10 minutes
  [/timeout=\d+m\d+s/g, 'timeout=1m1s'],
  [/\b10\.96\.\d+\.\d+\b/g, '10.96.1.1'], // a service gets any that is free
  [/("authorization\.k8s\.io\/reason":")(?:[^"\\]|\\.)*/g, '$1'], // names any of the bindings that allow the request
  [/"apiserver\.latency\.k8s\.io\/[a-z-]+":"[^"]*",?/g, ''], // of a request that took half a second
  [/,"annotations":\{\}/g, ''],
];

/** Gives what varies between two runs of the same requests one length, in the text of an audit log. */
export function evened(log: string): string {
  return VARYING.reduce((text, [what, as]) => text.replaceAll(what, as), log);
}
