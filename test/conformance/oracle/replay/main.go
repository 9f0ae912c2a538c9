// Command replay is the yardstick of `policy replay`: what policies would have kept of an audit log, by rule, the way one writes that
// in Go. Lines are decoded by encoding/json, decided by kube-apiserver's own evaluator, and sized as it would have written them.
//
//	replay LOG POLICY...
//
// Standard output: [{"policy":string,"rules":[{"rule":int,"events":int,"bytes":int}]}]; rule 0 is "no rule".
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	internal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

type event struct {
	Level      internal.Level `json:"level"`
	Stage      internal.Stage `json:"stage"`
	RequestURI string         `json:"requestURI"`
	Verb       string         `json:"verb"`
	User       struct {
		Username string   `json:"username"`
		Groups   []string `json:"groups"`
	} `json:"user"`
	ObjectRef *struct {
		Resource    string `json:"resource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
		APIGroup    string `json:"apiGroup"`
		Subresource string `json:"subresource"`
	} `json:"objectRef"`
	RequestObject  json.RawMessage `json:"requestObject"`
	ResponseObject json.RawMessage `json:"responseObject"`
}

type tally struct {
	Rule   int `json:"rule"`
	Events int `json:"events"`
	Bytes  int `json:"bytes"`
}

type candidate struct {
	evaluator audit.PolicyRuleEvaluator
	marks     map[internal.Stage]int
	Policy    string  `json:"policy"`
	Rules     []tally `json:"rules"`
}

func main() {
	candidates := []*candidate{}
	for _, file := range os.Args[2:] {
		candidates = append(candidates, load(file))
	}
	file, err := os.Open(os.Args[1])
	must(err)
	lines := bufio.NewReaderSize(file, 1<<20)
	for {
		line, err := lines.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			line, err = rest(lines, line)
		}
		if len(line) > 0 {
			take(candidates, bytes.TrimSuffix(line, []byte("\n")))
		}
		if err == io.EOF {
			break
		}
		must(err)
	}
	must(json.NewEncoder(os.Stdout).Encode(candidates))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func rest(lines *bufio.Reader, begin []byte) ([]byte, error) {
	begin = slices.Clone(begin)
	end, err := lines.ReadBytes('\n')
	return append(begin, end...), err
}

// load marks each rule by one more stage to omit: the evaluator gives those of the rule, but not which it was.
func load(file string) *candidate {
	loaded, err := policy.LoadPolicyFromFile(file)
	must(err)
	rules, marks := []tally{{}}, map[internal.Stage]int{}
	for at := range loaded.Rules {
		loaded.Rules[at].OmitStages = append(loaded.Rules[at].OmitStages, mark(at+1))
		marks[mark(at+1)] = at + 1
		rules = append(rules, tally{Rule: at + 1})
	}
	return &candidate{evaluator: policy.NewPolicyRuleEvaluator(loaded), marks: marks, Policy: file, Rules: rules}
}

// mark is a stage that no event has.
func mark(rule int) internal.Stage {
	return internal.Stage(fmt.Sprint("rule ", rule))
}

func (c *candidate) ruleOf(stages []internal.Stage) int {
	for _, stage := range stages {
		if rule, ok := c.marks[stage]; ok {
			return rule
		}
	}
	return 0
}

func take(candidates []*candidate, line []byte) {
	e := event{}
	must(json.Unmarshal(line, &e))
	attributes := e.attributes()
	for _, candidate := range candidates {
		config := candidate.evaluator.EvaluatePolicyRule(attributes)
		if config.Level == internal.LevelNone || slices.Contains(config.OmitStages, e.Stage) {
			continue
		}
		its := &candidate.Rules[candidate.ruleOf(config.OmitStages)]
		its.Events++
		its.Bytes += e.size(line, config)
	}
}

// attributes gives what the policy saw: the API server fills in the name of what is created only later, from the body.
func (e *event) attributes() authorizer.Attributes {
	path, _, _ := strings.Cut(e.RequestURI, "?")
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	all := &authorizer.AttributesRecord{Verb: e.Verb, Path: path}
	if e.User.Username != "" || e.User.Groups != nil {
		all.User = &user.DefaultInfo{Name: e.User.Username, Groups: e.User.Groups}
	}
	if ref := e.ObjectRef; ref != nil {
		all.ResourceRequest = true
		all.Namespace, all.APIGroup, all.Resource, all.Subresource = ref.Namespace, ref.APIGroup, ref.Resource, ref.Subresource
		if e.Verb != "create" || ref.Subresource != "" {
			all.Name = ref.Name
		}
	}
	return all
}

// size is that of the line at the level that is wanted, its line feed included: what goes is subtracted.
func (e *event) size(line []byte, config audit.RequestAuditConfig) int {
	level := config.Level
	if e.Level.Less(level) {
		level = e.Level
	}
	size := len(line) + 1 + len(level) - len(e.Level)
	if level.Less(internal.LevelRequestResponse) {
		size -= member("responseObject", e.ResponseObject)
	} else if config.OmitManagedFields {
		size -= managed(e.ResponseObject)
	}
	if level.Less(internal.LevelRequest) {
		size -= member("requestObject", e.RequestObject)
	} else if config.OmitManagedFields {
		size -= managed(e.RequestObject)
	}
	return size
}

func member(key string, value json.RawMessage) int {
	if value == nil {
		return 0
	}
	return len(value) + len(key) + len(`,"":`)
}

// managed gives how much shorter an object is without its managed fields, or a list without those of its items.
func managed(body json.RawMessage) int {
	if !bytes.Contains(body, []byte(`"managedFields"`)) {
		return 0
	}
	object := struct {
		Metadata struct {
			ManagedFields json.RawMessage `json:"managedFields"`
		} `json:"metadata"`
		Items []json.RawMessage `json:"items"`
	}{}
	if json.Unmarshal(body, &object) != nil {
		return 0
	}
	less := 0
	for _, item := range object.Items {
		less += managed(item)
	}
	return less + member("managedFields", object.Metadata.ManagedFields)
}
