/** This program's version; a test holds it against package.json. */
export const VERSION = '0.1.0';

/** Where the `docs/` of this release can be read: the project has no page of its own, and its package on npm has them. */
export const DOCS: string = `https://unpkg.com/kops-audit@${VERSION}/docs`;
