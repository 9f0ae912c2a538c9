export { AbortError, ExternalError, InterruptError, UserError, type ErrorDetails, type Place } from './errors.ts';
export { applyOperations, PatchConflict } from './yaml/json-patch.ts';
export { OptionError } from './cluster/options.ts';
export type { EnableOptions, Note, Refusal, WantedPolicy, WantedWebhook } from './cluster/options.ts';
export { readFacts, type ClusterFacts, type ClusterWorld } from './cluster/facts.ts';
export { planEnable, type Plan } from './cluster/plan.ts';
export { selectCluster, type Selection } from './cluster/select.ts';

export { readDocuments, type SpecDocument } from './cluster/documents.ts';
export { splice } from './cluster/splice.ts';
export { SpecError, type FileAsset, type KopsObject, type Operation } from './cluster/types.ts';
export type { Json, JsonObject } from './json.ts';
export { judge, type Judgement } from './lint/judge.ts';
export { type FileLint, type Finding, type LocatedFinding, type Severity, type Words, wordsOf } from './lint/rule.ts';
export { CLUSTER_RULES, lintCluster } from './lint/lint-cluster.ts';
export { lintPolicy } from './lint/lint-policy.ts';
export { lintText } from './lint/lint-text.ts';
export { POLICY_RULES } from './lint/policy/rules.ts';
export { compilePolicy } from './policy/decide/compile.ts';
export type { RequestSet } from './policy/compare/box.ts';
export {
  type Comparison,
  comparePolicies,
  containsRequest,
  type DifferenceClass,
  type NotDecided,
} from './policy/compare/compare.ts';
export { describeRequests, type Description, type Requests, type ValueSet } from './policy/compare/describe.ts';
export type { ResourceSet } from './policy/compare/describe.ts';
export { type LevelReach, levelsOf } from './policy/compare/reach.ts';
export type { Outcome } from './policy/compare/sides.ts';
export { reachOf, type RuleReach } from './policy/compare/reach.ts';
export { decide } from './policy/decide/decide.ts';
export { stagesWritten } from './policy/decide/decide.ts';
export { explain, type Explanation, type RuleMiss } from './policy/explain/explain.ts';
export { loadPolicy, loadPolicyBytes } from './policy/load/load.ts';
export type { Diagnostic } from './policy/load/diagnostic.ts';
export { type OrderedPolicy, orderRules, type Wanted } from './policy/order/order-rules.ts';
export { renderPolicy, type RenderedPolicy, type RenderOptions } from './policy/render/render.ts';
export { readStamp, type Stamp } from './policy/render/stamp.ts';
export { readTemplate, type Share, type Template } from './policy/render/template.ts';
export { readRequest, type ReadRequest, type RequestWords } from './policy/request/request.ts';
export type { RequestOptions } from './policy/request/target.ts';
export { coverageOf, percentOf, type RuleCoverage } from './policy/test/run.ts';
export { readPolicyTest, type ReadPolicyTest } from './policy/test/read.ts';
export { runPolicyTest, type CaseResult, type RequestResult } from './policy/test/run.ts';
export type { Expectation, PolicyTest, PolicyTestCase, TestRequest } from './policy/test/read.ts';
export type { TestMistake } from './policy/test/nodes.ts';
export type {
  Decision,
  GroupResources,
  Level,
  Policy,
  PolicyRule,
  RequestAttributes,
  Stage,
  Selector,
} from './policy/types.ts';
export { type AuditEvent, requestOf } from './replay/event.ts';
export { keptOf, type Kept, shareOf } from './replay/keep.ts';
export { VERSION } from './version.ts';
