/** Work on a tree of any depth: each `yield` hands over the work on a child and gets its result back. */
export interface Steps<T> extends Generator<Steps<T>, T, T> {}

/** Does the work without recursion, so that deep trees do not overflow the stack. */
export function runSteps<T>(first: Steps<T>): T {
  const open = [first];
  let result: T | undefined;
  for (let steps = open.at(-1); steps; steps = open.at(-1)) {
    const { done, value } = steps.next(result as T);
    if (done) open.pop();
    else open.push(value);
    result = done ? value : undefined;
  }
  return result as T;
}
