// Command oracle tells what kube-apiserver's own loaders do with audit policies and with webhook configs.
//
// Standard input: one policy a line, in base64. Standard output: one JSON object a line:
// {"ok":bool,"error":string,"warning":string,"policy":object}; the policy is that of audit.k8s.io/v1.
//
// With -webhook DIRECTORY each line is a webhook config, and the answer has ok and error alone. Relative files that a config
// names are looked for in that directory. With -yaml each line is any YAML text, and the answer has its first document as JSON:
// {"ok":bool,"error":string,"json":value,"strict":bool}.
//
// With -decide the first line is a question in JSON, and the evaluator of requests is asked: see decide.go.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/klog/v2"
)

type answer struct {
	OK      bool            `json:"ok"`
	Error   string          `json:"error,omitempty"`
	Warning string          `json:"warning,omitempty"`
	Policy  *auditv1.Policy `json:"policy,omitempty"`
}

// lastWarning keeps what klog writes.
type lastWarning struct{ text string }

func (w *lastWarning) Write(line []byte) (int, error) {
	w.text = string(line)
	return len(line), nil
}

func main() {
	directory := flag.String("webhook", "", "a directory; what is asked about are webhook configs, not policies")
	isYAML := flag.Bool("yaml", false, "what is asked about is YAML of any kind, not policies")
	isDecide := flag.Bool("decide", false, "what is asked about are decisions")
	flag.Parse()
	warning := &lastWarning{}
	flags := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(flags)
	_ = flags.Parse([]string{"-logtostderr=false", "-stderrthreshold=FATAL", "-one_output=true", "-skip_headers=true"})
	klog.SetOutput(warning)
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if *isDecide {
		decide(lines, out)
		return
	}
	encoder := json.NewEncoder(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		data, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			panic(err)
		}
		switch {
		case *isYAML:
			_ = encoder.Encode(askYAML(data))
		case *directory != "":
			_ = encoder.Encode(askWebhook(*directory, data))
		default:
			_ = encoder.Encode(ask(data, warning))
		}
		if lines.Buffered() == 0 {
			out.Flush()
		}
	}
}

// ask counts a panic as a refusal: kube-apiserver would end as well.
func ask(data []byte, warning *lastWarning) (result answer) {
	warning.text = ""
	defer func() {
		klog.Flush()
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprint("panic: ", problem)}
		}
		result.Warning = warning.text
	}()
	loaded, err := policy.LoadPolicyFromBytes(data)
	if err != nil {
		return answer{Error: err.Error()}
	}
	external := &auditv1.Policy{}
	if err := audit.Scheme.Convert(loaded, external, nil); err != nil {
		panic(err)
	}
	return answer{OK: true, Policy: external}
}
