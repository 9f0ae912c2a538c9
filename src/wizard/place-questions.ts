import { padded, widthOf } from '../report/fit.ts';
import type { Seen } from './present.ts';
import { FILE, OTHER_STORE, chosenCluster, type Body, type Choice, type Question, type World } from './question.ts';

/** Where the spec is: a cluster of the state store, or of a file. */
export const PLACE_QUESTIONS: readonly Question[] = [
  {
    id: 'state',
    label: 'State store',
    applies: ({ place, state }) => place === OTHER_STORE || (state !== undefined && place !== FILE),
    body: () => ({
      title: 'Which state store?',
      default: '',
      reason: 'Where kops keeps its specs, such as s3://kops-state.example.com.',
      help: 'The state store is a bucket or a folder in which kops keeps the specs of the clusters. kops finds it by itself where KOPS_STATE_STORE is set or ~/.kops.yaml names it. What you type here is handed to kops. For now it is only read.',
    }),
    show: (value) => value,
    forgets: ['place'],
  },
  {
    id: 'place',
    label: 'Cluster',
    applies: () => true,
    body: (_, world) => placeBody(world),
    show: (value, answers, world) => {
      const cluster = chosenCluster(answers, world);
      if (value === FILE) return 'a spec in a file';
      return cluster === null ? value : `${value} (${cluster.present.state})`;
    },
  },
  {
    id: 'file',
    label: 'File',
    isPath: true,
    applies: ({ place }) => place === FILE,
    body: () => ({
      title: 'Which file?',
      default: '',
      reason: 'The path of a YAML or JSON file, as `kops get all -o yaml` prints it.',
      help: 'The file must hold the Cluster; instance groups in it are read too. Only the lines of auditing change: comments, order and quoting stay. Nothing goes to the state store: `kops replace -f FILE` does that, or whatever copies the file from git to the cluster.',
    }),
    show: (value) => value,
    forgets: ['member'],
  },
  {
    id: 'member',
    label: 'Cluster',
    applies: ({ place, file }, { inFile }) => place === FILE && file !== undefined && inFile.length > 1,
    body: (_, { inFile }) => ({
      title: 'Which cluster of the file?',
      ...chosenByDefault(inFile, 'file'),
      help: 'The file holds several clusters, and one is changed at a time. Run kops-audit again for the next.',
      choices: clusterChoices(inFile),
    }),
    show: (value) => value,
  },
];

function placeBody({ stored, problem }: World): Body {
  const more: Choice[] = [
    { value: FILE, name: 'a spec in a file', description: 'Such as one kept in git. No state store is needed.' },
    { value: OTHER_STORE, name: 'a cluster in another state store', description: 'The next question is where it is.' },
  ];
  const none = problem === null ? 'The state store has no clusters.' : `kops lists no clusters: ${problem}`;
  return {
    title: 'Which cluster?',
    ...(stored.length === 0 ? { default: FILE, reason: none } : chosenByDefault(stored, 'state store')),
    help: 'The list is what `kops get clusters` finds in the state store. Nothing is written before you have seen the diff and said yes to it. You can also choose a cluster where auditing is on, to change its policy, its log or its rotation. What you do not change stays.',
    choices: [...clusterChoices(stored), ...more],
  };
}

function clusterChoices(clusters: readonly Seen[]): Choice[] {
  const width = Math.max(...clusters.map(({ name }) => widthOf(name)));
  return clusters.map(({ name, present }) => ({ value: name, name: `${padded(name, width)}   ${present.state}` }));
}

function chosenByDefault(clusters: readonly Seen[], where: string): Pick<Body, 'default' | 'reason'> {
  const [first] = clusters;
  const off = clusters.find(({ present }) => !present.isOn);
  const name = (off ?? first)?.name ?? '';
  if (clusters.length === 1) return { default: name, reason: `It is the only cluster in the ${where}.` };
  if (off === undefined) return { default: name, reason: 'Auditing is on in all of them. Choose the one to change.' };
  return { default: name, reason: `${name} is the first one without auditing.` };
}
