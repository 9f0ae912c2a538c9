import { essence, specIn } from './essence.ts';
import type { Facts } from './facts.ts';
import { unfitStatus } from './status.ts';

/** What must be true of every run, whatever went wrong in it. Each names what it found where it is not. */
type Check = (facts: Facts) => string | false;

const NOTHING = /Nothing was (written|changed)|: was not written/;
const STORED = /spec (of \S+ )?is stored|is written\.|stored and applied|(?:all|everything) is applied/;
const UNKNOWN = /could not be read back|reads back different|neither the old spec nor/;

/** Promise 7 of the design for the spec and what is said of it. */
export const CHECKS: Readonly<Record<string, Check>> = {
  'what is written is the planned spec': ({ ours, planned }) =>
    ours.some(({ spec }) => essence(spec) !== planned) && 'something else was written',
  'it writes once': ({ ours }) => ours.length > 1 && `${ours.length} writes`,
  'the spec is the old or the new one': ({ now, old, planned, fault }) =>
    now !== old && now !== planned && fault.kind !== 'drops a key' && 'it is neither',
  'no write of others is lost but in the moment that is left': lostWrite,
  'nothing is done that was not agreed to': notAgreed,
  'the diff is shown first': ({ ours, ran }) =>
    ours.length > 0 && !/\(planned\)|^[-+] {2}/m.test(`${ran.process.out}${ran.process.err}`) && 'it was not shown',
  'the exit status is one of those there are': ({ ran, fault }) =>
    !['killed', 0, 2, 3, 4, 5, 130, ...(fault.kind.startsWith('bug') ? [70] : [])].includes(ran.status) &&
    `${ran.status}: ${ran.process.err.slice(-400)}`,
  '2, 3, 4 and 70: nothing was written or applied': ({ ran, ours, did }) =>
    [2, 3, 4, 70].includes(ran.status as number) &&
    ours.length + Object.values(did).reduce((a, b) => a + b) > 0 &&
    'something was',
  '5: the spec is stored, or what is stored is not known': ({ ran, ours, changes, said }) =>
    ran.status === 5 && changes && ours.length === 0 && !UNKNOWN.test(said) && 'it is not',
  '0: all that was asked for is done': notDone,
  '130: it says what was written': ({ ran, said }) =>
    ran.status === 130 && NOTHING.test(said) === STORED.test(said) && 'it does not',
  '70: it says that nothing was written': ({ ran, said }) => ran.status === 70 && !NOTHING.test(said) && 'it does not',
  'it says that nothing was written only where that is so': ({ said, ours, ran }) =>
    ran.status !== 'killed' && NOTHING.test(said) && ours.length > 0 && 'it is not',
  'it says that the spec is stored only where it is': ({ said, ours, changes }) =>
    STORED.test(said) && changes && ours.length === 0 && 'it is not',
  'it tells how far the later steps came': untrueSteps,
  'what it leaves undone it says how to do': ({ ran, said }) =>
    ran.status === 5 && !said.includes('What is left to do:') && 'it does not',
  'it is never silent about a failure, and never shows a stack': ({ ran, said }) =>
    typeof ran.status === 'number' &&
    ran.status > 0 &&
    (said.trim() === '' || /\bat \S+ \(?file:/.test(said)) &&
    'it is',
  'nothing is begun after an interrupt': beganAfterInterrupt,
  'a second run at once is refused, and a lock of one that lives is kept': ({ rivals, stage }) =>
    stage.scenario.flags.journal !== false && rivals.some((status) => status !== 2) && `it ended with ${rivals.join()}`,
  'the exit status fits what went wrong': unfitStatus,
};

function lostWrite({ writes, stage, ran }: Facts): string | false {
  const last = writes.at(-1);
  const others = writes.find(({ by }) => by === 'other');
  if (!last || !others || last.by === 'other') return false;
  const [mark, text] = [MARK, JSON.stringify(specIn(ran.after, stage.scenario))];
  return !mark.test(text) && !MOMENT.has(ran.process.met?.what ?? '') && `lost at ${ran.process.met?.what}`;
}

const MARK = /sshAccess|somebody else was here/;

/** Between the last look and the write nobody can look: kOps has no lock, and neither has a file. */
export const MOMENT: ReadonlySet<string> = new Set([
  'get cluster',
  'replace',
  'files readFileSync',
  'files renameSync',
]);

function notAgreed({ ran, stage, ours, did }: Facts): string | false {
  const { yes, rollingUpdate, update } = stage.scenario.flags;
  const agreed = (about: RegExp): boolean =>
    ran.process.answers.some(({ question, answer }) => answer && about.test(question));
  if (ours.length > 0 && !yes && !agreed(/^(Store|Write) this/)) return 'the spec was written';
  if (did.update > 0 && (update === false || (!yes && !agreed(/kops update/)))) return 'it was applied';
  if (did.terraform > 0 && !yes && !agreed(/Terraform/)) return 'Terraform files were written';
  return did.rolled > 0 && !(rollingUpdate && (yes || agreed(/^Roll /))) && 'it was rolled';
}

function notDone({ ran, stage, ours, changes, did, now, planned }: Facts): string | false {
  const { flags, place } = stage.scenario;
  if (ran.status !== 0) return false;
  if (changes && ours.length !== 1) return now !== planned && 'the spec is not written';
  if (place === 'file' || flags.update === false) return false;
  if (flags.target === 'terraform') return did.terraform !== 1 && 'there are no Terraform files';
  if (changes && did.update !== 1) return 'it is not applied';
  return flags.rollingUpdate === true && did.rolled + did.validated !== 2 && 'it is not rolled and validated';
}

/** Words of the program, and what must not have been done where it says them. */
const STEPS: readonly [words: RegExp, untrue: (facts: Facts) => boolean][] = [
  [/not yet applied|update was not run|update was declined|more than auditing/, ({ did }) => did.update > 0],
  [
    /`kops update` is finished|is stored and applied|everything is applied/,
    ({ did, stage }) => did.update === 0 && stage.scenario.before.length === 0,
  ],
  [/nothing was rolled|roll was declined/, ({ did }) => did.rolled > 0],
  [/is rolled, and the cluster is valid/, ({ did }) => did.rolled + did.validated < 2],
  [/The Terraform files are in/, ({ did }) => did.terraform === 0],
  [/reads back as planned/, ({ ours }) => ours.length === 0],
];

function untrueSteps(facts: Facts): string | false {
  const wrong = STEPS.find(([words, untrue]) => words.test(facts.said) && untrue(facts));
  return wrong !== undefined && `untrue: ${wrong[0].source}`;
}

/** kops calls that must not come after an interrupt, but for one that was begun before; reading back must. */
function beganAfterInterrupt({ ran: { process }, fault }: Facts): string | false {
  if (!['interrupted', 'interrupted after', 'terminal gone'].includes(fault.kind) || !process.met) return false;
  const after = process.points.slice(fault.at + 1).map(({ what }) => what);
  const begun = after.find((what) =>
    ['replace', 'update', 'terraform', 'rolling-update', 'validate', 'preview'].includes(what),
  );
  return begun !== undefined && begun;
}
