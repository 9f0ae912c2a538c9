import { decodeAnswer } from './otlp.ts';

/** What came back when something was sent to a store: an answer of any status, or why there is none. */
export type Outcome =
  | { type: 'answer'; status: number; contentType: string; location: string; body: Uint8Array }
  /** Nothing came: the code of the system or of TLS, such as `ECONNREFUSED`. */
  | { type: 'failure'; code: string; message: string };

/** What that means. */
export interface Verdict {
  /** `taken`; `refused`: a collector would lose events for good; `not reached`: it would try again for ever, or nobody can tell. */
  outcome: 'taken' | 'refused' | 'not reached';
  /** What happened: `401 Unauthorized`, `the name is not known`. */
  what: string;
  /** What the store said in words; may hold anything. */
  said: string;
  /** Sentences. */
  means: string;
  /** Left out where nothing is to be done. */
  fix?: string;
}

interface Meaning {
  outcome: Verdict['outcome'];
  what: string;
  means: string;
  fix: string;
}

const DROPS = 'A collector would drop every event that is answered so, for good, and say that it is healthy.';
const RETRIES = 'A collector would keep the events and try again until it is answered otherwise.';
const KEY_FIX = 'Put the right key into the Secret, without a line break at its end, and try again.';
const ADDRESS_FIX = 'Compare the address with the page of the store. kops-audit ship sinks shows the form it has.';

/** By status. What a collector does with each is the retry rule of OTLP (1.7, "Retryable Response Codes"); measured with v0.165. */
const STATUSES: Readonly<Record<number, Meaning>> = {
  400: {
    outcome: 'refused',
    what: '400 Bad Request',
    means: `The store does not understand the record: often the address takes something else than OTLP. ${DROPS}`,
    fix: ADDRESS_FIX,
  },
  401: {
    outcome: 'refused',
    what: '401 Unauthorized',
    means: `The store does not know the key, or got none. ${DROPS}`,
    fix: KEY_FIX,
  },
  403: {
    outcome: 'refused',
    what: '403 Forbidden',
    means: `The store knows who asks, and the key may not write there; or a firewall refuses this machine. ${DROPS}`,
    fix: 'Give the key the right to write logs, or take one that has it.',
  },
  404: {
    outcome: 'refused',
    what: '404 Not Found',
    means: `There is a server, and nothing at that address; some stores say so of a dataset or log group too. ${DROPS}`,
    fix: ADDRESS_FIX,
  },
  405: {
    outcome: 'refused',
    what: '405 Method Not Allowed',
    means: `There is a server, and that address takes no records. ${DROPS}`,
    fix: ADDRESS_FIX,
  },
  413: {
    outcome: 'refused',
    what: '413 Content Too Large',
    means: `The record is larger than what is taken there, or than what a proxy in front of it lets pass. ${DROPS}`,
    fix: 'Raise the limit of the store or of the proxy, or cut events earlier with --max-event-bytes.',
  },
  415: {
    outcome: 'refused',
    what: '415 Unsupported Media Type',
    means: `That address takes no OTLP as protobuf, which is what a collector sends. ${DROPS}`,
    fix: ADDRESS_FIX,
  },
  429: {
    outcome: 'not reached',
    what: '429 Too Many Requests',
    means: `The store has enough for now: a quota or a rate is used up. ${RETRIES}`,
    fix: 'Wait and try again. If it stays so, ask for a larger quota: the queue of the collector is limited too.',
  },
};

const SERVER_DROPS: Omit<Meaning, 'what'> = {
  outcome: 'not reached',
  means: `The store or a proxy in front of it has failed, and nobody can tell whether the key is right. ${DROPS}`,
  fix: 'Try again. If it stays so, look at the log of the store.',
};
const SERVER_RETRIES: Omit<Meaning, 'what'> = {
  ...SERVER_DROPS,
  means: `The store is away for now, and nobody can tell whether the key is right. ${RETRIES}`,
};
const OTHER: Omit<Meaning, 'what'> = {
  outcome: 'refused',
  means: `The store does not take the record. ${DROPS}`,
  fix: ADDRESS_FIX,
};

const CERTIFICATE_FIX =
  'A collector needs the same: give the store a certificate that the image of the collector trusts. To try it from here, set NODE_EXTRA_CA_CERTS to the file of its CA.';

/** By code: those of Linux, of getaddrinfo, of OpenSSL as Node names them, and of Node's HTTP reader. */
const FAILURES: readonly { codes: RegExp; what: string; means: string; fix: string }[] = [
  {
    codes: /^(ENOTFOUND|EAI_)/,
    what: 'its name is not known',
    means: 'DNS has no address for that name here. A name of the cluster (….svc) is known only inside it.',
    fix: 'Check the name for a typing error. For a store inside the cluster, try it from there, or through kubectl port-forward.',
  },
  {
    codes: /^ECONNREFUSED$/,
    what: 'the connection is refused',
    means: 'The machine is there, and nothing listens on that port.',
    fix: 'Check the port, and that the store runs.',
  },
  {
    codes: /^(ETIMEDOUT|TIMEOUT)$/,
    what: 'nothing comes back in time',
    means: 'Often a firewall or a security group drops what is sent.',
    fix: 'Let this machine reach that address. The control-plane nodes need the same.',
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
    what: 'there is no way to that address',
    means: 'This machine has no route to it.',
    fix: 'Check the network of this machine. The control-plane nodes need the same.',
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    what: 'the connection broke',
    means: 'The other side hung up: a proxy, or a server that speaks something else than HTTP.',
    fix: 'Check the port, and whether it is http or https.',
  },
  {
    codes: /^(EPROTO|ERR_SSL_)/,
    what: 'it does not speak TLS',
    means: 'The address says https, and the server answers something else.',
    fix: 'Check the port, and whether it is http or https.',
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    what: 'its certificate is not valid now',
    means: 'It has expired, or the clock of this machine is wrong.',
    fix: 'Renew the certificate of the store.',
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    what: 'its certificate is for another name',
    means: 'The server is not the one that the address names, or its certificate lacks that name.',
    fix: 'Use the name that the certificate has, or add this one to it.',
  },
  {
    codes: /CERT|SIGNATURE|ISSUER|SELF_SIGNED/,
    what: 'its certificate is not trusted',
    means: 'It is signed by a CA that this machine does not know.',
    fix: CERTIFICATE_FIX,
  },
  {
    codes: /^HPE_/,
    what: 'it does not speak HTTP',
    means: 'Something else listens on that port.',
    fix: 'Check the port. OTLP over gRPC has one of its own, 4317, and is not what is meant here.',
  },
];

const UNKNOWN_FAILURE = {
  what: 'it could not be reached',
  means: 'The connection failed.',
  fix: 'Check the address, and that this machine may reach it.',
};

/** Takes what came back for a record; gives what it means for a collector that sends the same. */
export function judge(outcome: Outcome): Verdict {
  return outcome.type === 'failure' ? failureVerdict(outcome) : answerVerdict(outcome);
}

function failureVerdict({ code, message }: Extract<Outcome, { type: 'failure' }>): Verdict {
  const { what, means, fix } = FAILURES.find(({ codes }) => codes.test(code)) ?? UNKNOWN_FAILURE;
  return { outcome: 'not reached', what, said: message, means, fix };
}

function answerVerdict(answer: Extract<Outcome, { type: 'answer' }>): Verdict {
  const { status, contentType, location } = answer;
  const isGood = status >= 200 && status < 300;
  const { rejected, message } = decodeAnswer(answer.body, contentType, isGood);
  if (status >= 300 && status < 400) return redirected(status, location);
  if (!isGood) return { ...meaningOf(status), said: contentType.includes('html') ? '' : message };
  if (rejected > 0) return rejectedVerdict(status, message);
  if (contentType.includes('html')) return webPage(status);
  return {
    outcome: 'taken',
    what: `${status}`,
    said: message,
    means: 'The address and the key are right.',
  };
}

function meaningOf(status: number): Meaning {
  const what = `status ${status}`;
  if (status === 502 || status === 503 || status === 504) return { what, ...SERVER_RETRIES };
  return STATUSES[status] ?? { what, ...(status >= 500 ? SERVER_DROPS : OTHER) };
}

function rejectedVerdict(status: number, said: string): Verdict {
  return {
    outcome: 'refused',
    what: `${status}, and the record was not kept`,
    said,
    means: `The store took the request and left the record out. A collector would go on, and count it as a warning only.`,
    fix: 'Do what the store says. Some refuse what is too old, too large, or of a dataset that does not exist.',
  };
}

function webPage(status: number): Verdict {
  return {
    outcome: 'refused',
    what: `${status}, with a web page`,
    said: '',
    means:
      'No log store answers so: a login page does, or a proxy. A collector would take it for a success, and lose every event.',
    fix: ADDRESS_FIX,
  };
}

/** Go's client sends a POST again only for 307 and 308; for the others it becomes a GET without the events (`net/http`, `redirectBehavior`). */
function redirected(status: number, location: string): Verdict {
  const keeps = status === 307 || status === 308;
  const means = keeps
    ? 'A collector would follow it, with every request, and leave the key behind where that is another host.'
    : 'A collector would follow it without the events, and take that for a success.';
  const to = location === '' ? 'the address that it names' : location;
  return { outcome: 'refused', what: `status ${status}, a redirect`, said: '', means, fix: `Use ${to} itself.` };
}
