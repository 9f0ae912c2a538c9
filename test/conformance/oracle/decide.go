package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"syscall"

	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// question is what decide is asked: request i under policy i, both from the start again where there are no more.
type question struct {
	Policies  [][]byte  `json:"policies"`
	Requests  []request `json:"requests"`
	Decisions int       `json:"decisions"`
}

type request struct {
	User              *string  `json:"user"`
	Groups            []string `json:"groups"`
	Verb              string   `json:"verb"`
	IsResourceRequest bool     `json:"isResourceRequest"`
	Namespace         string   `json:"namespace"`
	APIGroup          string   `json:"apiGroup"`
	Resource          string   `json:"resource"`
	Subresource       string   `json:"subresource"`
	Name              string   `json:"name"`
	Path              string   `json:"path"`
}

func (r request) attributes() authorizer.Attributes {
	all := &authorizer.AttributesRecord{
		Verb: r.Verb, Namespace: r.Namespace, APIGroup: r.APIGroup, Resource: r.Resource, Subresource: r.Subresource,
		Name: r.Name, ResourceRequest: r.IsResourceRequest, Path: r.Path,
	}
	if r.User != nil {
		all.User = &user.DefaultInfo{Name: *r.User, Groups: r.Groups}
	}
	return all
}

// decide answers the question on the first line with the levels of all decisions, one array of JSON. For each further line it takes
// them again and writes how many nanoseconds of a processor all took.
func decide(lines *bufio.Reader, out *bufio.Writer) {
	line, err := lines.ReadBytes('\n')
	if err != nil {
		panic(err)
	}
	asked := question{}
	if err := json.Unmarshal(line, &asked); err != nil {
		panic(err)
	}
	evaluators := []audit.PolicyRuleEvaluator{}
	for _, text := range asked.Policies {
		loaded, err := policy.LoadPolicyFromBytes(text)
		if err != nil {
			panic(err)
		}
		evaluators = append(evaluators, policy.NewPolicyRuleEvaluator(loaded))
	}
	attributes := []authorizer.Attributes{}
	for _, request := range asked.Requests {
		attributes = append(attributes, request.attributes())
	}
	levels := []string{}
	each(asked.Decisions, evaluators, attributes, func(config audit.RequestAuditConfig) {
		levels = append(levels, string(config.Level))
	})
	_ = json.NewEncoder(out).Encode(levels)
	for out.Flush() == nil {
		if _, err := lines.ReadString('\n'); err == io.EOF {
			return
		}
		start := used()
		each(asked.Decisions, evaluators, attributes, func(config audit.RequestAuditConfig) { last = config })
		fmt.Fprintln(out, used()-start)
	}
}

func used() int64 {
	usage := syscall.Rusage{}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// last keeps what was decided, so that no compiler leaves it out.
var last audit.RequestAuditConfig

func each(
	decisions int, evaluators []audit.PolicyRuleEvaluator, attributes []authorizer.Attributes, take func(audit.RequestAuditConfig),
) {
	policyAt, requestAt := 0, 0
	for range decisions {
		take(evaluators[policyAt].EvaluatePolicyRule(attributes[requestAt]))
		if policyAt++; policyAt == len(evaluators) {
			policyAt = 0
		}
		if requestAt++; requestAt == len(attributes) {
			requestAt = 0
		}
	}
}
