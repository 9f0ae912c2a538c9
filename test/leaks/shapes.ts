import type { Json, JsonObject } from '../../src/json.ts';

/** A way in which a secret stands in a spec. Each `mark` is letters and digits, and stands nowhere else. */
interface Shape {
  name: string;
  /** What is laid over the spec of the cluster; `fileAssets` are joined. */
  spec: JsonObject;
}

type Make = (mark: string) => string;

const b64 = (text: string): string => Buffer.from(text).toString('base64');

const PEM: Make = (mark) =>
  `-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI${mark}\n${mark}oAoGCCqGSM49\n-----END EC PRIVATE KEY-----\n`;

function kubeconfig(user: string, server = 'https://audit.example.com/hook'): string {
  return `apiVersion: v1\nkind: Config\nclusters:\n- name: sink\n  cluster:\n    server: ${server}\ncontexts:\n- name: c\n  context: {cluster: sink, user: u}\ncurrent-context: c\nusers:\n- name: u\n  user:\n${user.replaceAll(/^/gm, '    ')}\n`;
}

/** Contents of file assets. */
const CONTENTS: Readonly<Record<string, Make>> = {
  'a word': (mark) => mark,
  'a line': (mark) => `password=${mark}\n`,
  'an emoji': (mark) => `\u{1f512} ${mark} \u{1f511}\n`,
  'blanks at the ends of lines': (mark) => `one ${mark}  \ntwo ${mark}\t\n`,
  tabs: (mark) => `\t${mark}\t${mark}`,
  'carriage returns': (mark) => `a=1\r\nkey=${mark}\r\n`,
  'both quotes': (mark) => `it's "${mark}" and 'x${mark}'\n`,
  backslashes: (mark) => `C:\\new\\${mark}\\x41\\u0041\n`,
  'control characters': (mark) => `\x1b[31m${mark}\x07\x9b${mark}\u202e`,
  'other breaks': (mark) => `a\u2028${mark}\u2029b\u0085${mark}`,
  'blanks that do not break': (mark) => `pass:\u00a0${mark}\n`,
  'a long line': (mark) => `export A="${'word '.repeat(30)}${mark} ${'more '.repeat(30)}"\n`,
  'blank lines': (mark) => `\n\n${mark}\n\n\n${mark}\n\n`,
  'a blank first': (mark) => `  indented ${mark}\nnot ${mark}\n`,
  'a number that is text': (mark) => `0${mark}\n`,
  'a key': (mark) => `${mark}: yes\n`,
  'a list': (mark) => `- ${mark}\n- - ${mark}\n`,
  'a diff': (mark) => `--- a\n+++ b\n@@ -1 +1 @@\n-${mark}\n+x${mark}\n`,
  'a comment': (mark) => `# ${mark}\n#  ${mark}\n`,
  'a script': (mark) => `#!/bin/sh\ncat <<EOF >/etc/x\ntoken: ${mark}\nEOF\ncurl -H "Authorization: Bearer ${mark}"\n`,
  JSON: (mark) => JSON.stringify({ auths: { 'r.io': { auth: b64(`me:${mark}`), password: mark } } }),
  'JSON in JSON': (mark) => JSON.stringify({ last: JSON.stringify({ token: mark, s: '"' }) }),
  'a PEM key': PEM,
  'base64 of a key': (mark) => b64(PEM(mark)),
  'a URL': (mark) => `proxy=https://me:${mark}@proxy.example.com:3128/x?token=${mark}\n`,
  'another policy of ours, and more': (mark) =>
    `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n---\ntoken: ${mark}\n`,
  'a file asset in a file': (mark) =>
    `fileAssets:\n- content: |\n    ${mark}\n  name: x\nspec:\n  kubeAPIServer:\n    auditLogPath: ${mark}\n`,
  'words of kops': (mark) =>
    `Will delete items:\n  LaunchTemplate/${mark}\nMust specify --yes to apply changes\n...\n${mark}\n`,
  'what looks masked': (mark) => `‹secret #1› ${mark}\n`,
  'JavaScript of a template': (mark) => `{{ if true }}$\{${mark}}{{ end }} %{ ${mark} }\n`,
};

/** Users of a webhook's kubeconfig. */
const USERS: Readonly<Record<string, Make>> = {
  'a token': (mark) => `token: ${mark}`,
  'a password': (mark) => `username: u${mark}\npassword: "p ${mark}"`,
  'a client key': (mark) => `client-certificate-data: ${b64(mark)}\nclient-key-data: ${b64(PEM(mark))}`,
  'a plugin': (mark) => `exec:\n  command: get-token\n  env:\n  - {name: VAULT_TOKEN, value: hvs.${mark}}`,
  'a provider': (mark) => `auth-provider: {name: oidc, config: {id-token: eyJhbGciOi.${mark}, refresh-token: ${mark}}}`,
};

/** Credentials elsewhere in a spec. */
const PLACES: Readonly<Record<string, (mark: string) => JsonObject>> = {
  'a password in the cloud config': (mark) => ({ cloudConfig: { openstack: { password: `p-${mark}` } } }),
  'a proxy with a password': (mark) => ({
    egressProxy: { httpProxy: { host: `http://me:${mark}@proxy`, port: 3128 } },
  }),
  'a client secret': (mark) => ({ authentication: { oidc: { 'client-secret': mark } } }),
  'a token in a list': (mark) => ({ hooks: [{ name: 'h', token: mark }] }),
};

function asset(index: number, content: string, more: JsonObject = {}): JsonObject {
  return { fileAssets: [{ name: `asset-${index}`, path: `/etc/files/${index}`, content, ...more }] };
}

/** All shapes of a run; `mark` gives the secret for each. */
function shapes(mark: (name: string) => string): Shape[] {
  const contents = Object.entries(CONTENTS).map(([name, make], index) => ({
    name,
    spec: asset(index, make(mark(name))),
  }));
  const encoded = {
    name: 'a script in base64',
    spec: asset(50, b64(`#!/bin/sh\nkey=${mark('base64')}\n`).replace(/=+$/, ''), { isBase64: true }),
  };
  const users = Object.entries(USERS).map(([name, make], index) => ({
    name,
    spec: asset(60 + index, kubeconfig(make(mark(name)), `https://x:${mark(name)}@sink/h`)),
  }));
  const places = Object.entries(PLACES).map(([name, make]) => ({ name, spec: make(mark(name)) }));
  return [...contents, encoded, ...users, ...places];
}

/** One spec with all of them, beside the settings of auditing and a policy. */
export function specWith(all: readonly Shape[], more: readonly Json[] = []): JsonObject {
  const files = all.flatMap(({ spec }) => (Array.isArray(spec['fileAssets']) ? spec['fileAssets'] : []));
  const others = Object.assign({}, ...all.map(({ spec }) => spec)) as JsonObject;
  return { ...others, kubernetesVersion: '1.32.4', channel: 'stable', fileAssets: [...more, ...files] };
}

/** All shapes, and the secret in each. */
interface Marked {
  all: Shape[];
  marks: string[];
}

/** The shapes with secrets that begin with a prefix. */
export function marked(prefix: string): Marked {
  const marks: string[] = [];
  const all = shapes((name) => {
    const mark = `${prefix}${marks.length}Zq${[...name].reduce((sum, char) => sum + char.charCodeAt(0), 0)}Kw7`;
    marks.push(mark);
    return mark;
  });
  return { all, marks };
}
