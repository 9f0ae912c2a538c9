// Mutations of `mutate.mjs` that change nothing a test could see, each with the reason: file, the line that holds it, the change as
// the tool prints it, why.
export const ARGUED = [];
