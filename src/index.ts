// The library: what a script may import. It touches no file and no process, and does nothing on import. docs/library.md introduces
// it; test/library/api.txt lists it with signatures.

// Read a cluster spec, plan a change of it, and carry that out on its text.
export { readDocuments, type SpecDocument } from './cluster/documents.ts';
export { readFacts, type ClusterFacts, type ClusterWorld } from './cluster/facts.ts';
export type { Distribution, Group, GroupRole } from './cluster/groups.ts';
export type { Layout } from './cluster/kops-releases.ts';
export {
  OptionError,
  type EnableOptions,
  type Note,
  type Refusal,
  type WantedPolicy,
  type WantedWebhook,
} from './cluster/options.ts';
export { planEnable, type EnableRequest, type Plan } from './cluster/plan.ts';
export type { ChosenPolicy } from './cluster/policy-choice.ts';
export { selectCluster, type Selection } from './cluster/select.ts';
export type { DiskBound, PlannedSetting } from './cluster/settings.ts';
export type { GroupEffect, SpecChange } from './cluster/spec-change.ts';
export { splice } from './cluster/splice.ts';
export { SpecError, type FileAsset, type KopsObject, type Operation } from './cluster/types.ts';
export type { Json, JsonObject } from './json.ts';
export { applyOperations, PatchConflict } from './yaml/json-patch.ts';

// Read an audit log.
export type { LoggedEvent, LogSource } from './events/event.ts';
export { readLog } from './events/read.ts';
export { LogTally, type Damage, type DamageKind } from './events/tally.ts';

// What is wrong with a spec or a policy.
export { judge, type Judgement } from './lint/judge.ts';
export type { ClusterLintOptions } from './lint/cluster/lint-document.ts';
export { CLUSTER_RULES, lintCluster } from './lint/lint-cluster.ts';
export { lintPolicy } from './lint/lint-policy.ts';
export { lintText } from './lint/lint-text.ts';
export { POLICY_RULES } from './lint/policy/rules.ts';
export {
  type ClusterRule,
  type FileLint,
  type Finding,
  type LocatedFinding,
  type PolicyLintRule,
  type Severity,
  type Words,
  wordsOf,
} from './lint/rule.ts';

// Policies: load and render them, and what they do with requests.
export { loadPolicy, loadPolicyBytes, type LoadedPolicy, type LoadOptions } from './policy/load/load.ts';
export type { PolicyLoader } from './policy/load/loader.ts';
export type { Diagnostic } from './policy/load/diagnostic.ts';
export type { TextPosition, TextRange } from './yaml/positions.ts';
export { renderPolicy, type RenderedPolicy, type RenderOptions } from './policy/render/render.ts';
export { readStamp, type Stamp } from './policy/render/stamp.ts';
export { readTemplate, type Parameter, type Share, type Template } from './policy/render/template.ts';
export type { ParameterValue } from './policy/render/tags.ts';
export { compilePolicy } from './policy/decide/compile.ts';
export { decide, stagesWritten } from './policy/decide/decide.ts';
export { explain, type Explanation, type Miss, type RuleMiss, type SelectorName } from './policy/explain/explain.ts';
export { readRequest, type ReadRequest, type RequestWords } from './policy/request/request.ts';
export type { RequestOptions, TargetWords } from './policy/request/target.ts';
export type {
  Decision,
  GroupResources,
  Level,
  Policy,
  PolicyRule,
  RequestAttributes,
  Selector,
  Stage,
} from './policy/types.ts';

// Policies as a whole: compare them, which rules decide, reorder, test.
export type { RequestSet } from './policy/compare/box.ts';
export {
  type Comparison,
  comparePolicies,
  containsRequest,
  type DifferenceClass,
  type NotDecided,
} from './policy/compare/compare.ts';
export {
  describeRequests,
  type Description,
  type Requests,
  type ResourceSet,
  type ValueSet,
} from './policy/compare/describe.ts';
export { type LevelReach, levelsOf, reachOf, type RuleReach } from './policy/compare/reach.ts';
export type { Outcome } from './policy/compare/sides.ts';
export { type OrderedPolicy, orderRules, type Wanted } from './policy/order/order-rules.ts';
export type { TestMistake, TestPlace } from './policy/test/nodes.ts';
export {
  readPolicyTest,
  type Expectation,
  type PolicyTest,
  type PolicyTestCase,
  type ReadPolicyTest,
  type TestRequest,
} from './policy/test/read.ts';
export {
  type Actual,
  type CaseResult,
  coverageOf,
  percentOf,
  type RequestResult,
  type RuleCoverage,
  type RunOptions,
  runPolicyTest,
} from './policy/test/run.ts';

// Recorded logs.
export { requestOf } from './events/request.ts';
export { type AuditEvent, keptOf, type Kept, shareOf } from './replay/keep.ts';

export { UserError, type ErrorDetails, type Place } from './errors.ts';
export { VERSION } from './version.ts';
