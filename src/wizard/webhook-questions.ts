import { WEBHOOK_TOO, type Answers, type Question } from './question.ts';

/** Whether credentials can be sent at all. */
function isSecure({ log, webhookUrl = '' }: Answers): boolean {
  return log === WEBHOOK_TOO && !/^http:/i.test(webhookUrl);
}

/** Where a webhook is, and how the API server and it know each other. */
export const WEBHOOK_QUESTIONS: readonly Question[] = [
  {
    id: 'webhookUrl',
    label: 'Webhook',
    applies: ({ log }) => log === WEBHOOK_TOO,
    body: () => ({
      title: 'What is the address of the server that gets the events?',
      default: '',
      reason: 'https://HOST:PORT/PATH, as the API server reaches it.',
      help: 'The API server sends the events there in POST requests, many at once, and does not wait for it. It runs in the network of its instance, so the name of a Service in the cluster means nothing to it: give a name in DNS, a NodePort, or a ClusterIP. With plain http the events can be read in transit, and no credentials are sent.',
    }),
    show: (value) => value,
  },
  {
    id: 'webhookTrust',
    label: 'Its CA',
    applies: isSecure,
    body: () => ({
      title: 'Who signed the certificate of that server?',
      default: 'system',
      reason: 'The API server knows the public CAs of its own system.',
      help: 'The API server sends nothing to a server whose certificate it cannot check. Public CAs are known to it. A CA of your own goes into the spec, as PEM: its certificate only, never its key. The certificate must be for the name or the address that you gave.',
      choices: [
        { value: 'system', name: 'a public CA' },
        { value: 'own', name: 'a CA of our own', description: 'The next question is its file.' },
      ],
    }),
    show: (value) => (value === 'own' ? 'one of our own' : 'a public one'),
  },
  fileQuestion('webhookCa', 'CA file', ({ webhookTrust }) => webhookTrust === 'own', {
    title: 'Which file holds the certificate of the CA?',
    reason: 'A PEM file: it begins with -----BEGIN CERTIFICATE-----.',
  }),
  {
    id: 'webhookSignIn',
    label: 'Signs in',
    applies: isSecure,
    body: () => ({
      title: 'How does the API server sign in there?',
      default: 'none',
      reason: 'Without credentials everybody who reaches the server can send it events.',
      help: 'A token is sent as `Authorization: Bearer …`. A client certificate is shown when the connection is made. kOps keeps either one in clear in the state store, so take one that can do nothing but deliver events.',
      choices: [
        { value: 'none', name: 'not at all' },
        { value: 'token', name: 'with a token', description: 'The next question is its file.' },
        {
          value: 'certificate',
          name: 'with a client certificate',
          description: 'The next two questions are its files.',
        },
      ],
    }),
    show: (value) => SIGN_IN[value] ?? value,
  },
  fileQuestion('webhookToken', 'Token file', ({ webhookSignIn }) => webhookSignIn === 'token', {
    title: 'Which file holds the token?',
    reason: 'The token alone, on one line. It is not shown.',
  }),
  fileQuestion('webhookCert', 'Certificate', ({ webhookSignIn }) => webhookSignIn === 'certificate', {
    title: 'Which file holds the client certificate?',
    reason: 'A PEM file: it begins with -----BEGIN CERTIFICATE-----.',
  }),
  fileQuestion('webhookKey', 'Its key', ({ webhookSignIn }) => webhookSignIn === 'certificate', {
    title: 'Which file holds the key of that certificate?',
    reason: 'A PEM file without a password. It is not shown.',
  }),
];

const SIGN_IN: Readonly<Record<string, string>> = {
  none: 'without credentials',
  token: 'with a token',
  certificate: 'with a client certificate',
};

function fileQuestion(
  id: 'webhookCa' | 'webhookToken' | 'webhookCert' | 'webhookKey',
  label: string,
  asks: (answers: Answers) => boolean,
  text: { title: string; reason: string },
): Question {
  return {
    id,
    label,
    isPath: true,
    applies: (answers) => isSecure(answers) && asks(answers),
    body: () => ({
      ...text,
      default: '',
      help: 'Its content goes into the spec, within the config of the webhook, so the file itself is not needed afterwards, neither here nor on the instances. What the API server could not use is refused here.',
    }),
    show: (value) => value,
  };
}
