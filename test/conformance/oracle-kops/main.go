// Command oracle tells what kOps reads of specs: one spec a line in base64 on standard input, one JSON object a line on standard output.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/kops/pkg/apis/kops"
	_ "k8s.io/kops/pkg/apis/kops/install"
	"k8s.io/kops/pkg/flagbuilder"
	"k8s.io/kops/pkg/kopscodecs"
)

type answer struct {
	OK    bool            `json:"ok"`
	Error string          `json:"error,omitempty"`
	Out   json.RawMessage `json:"out,omitempty"`
	Flags []string        `json:"flags,omitempty"`
}

func ask(data []byte) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{Error: fmt.Sprint("panic: ", p)}
		}
	}()
	obj, _, err := kopscodecs.Decode(data, nil)
	if err != nil {
		return answer{Error: err.Error()}
	}
	out, err := kopscodecs.ToVersionedJSON(obj)
	if err != nil {
		return answer{Error: "encode: " + err.Error()}
	}
	a = answer{OK: true, Out: out}
	if c, ok := obj.(*kops.Cluster); ok && c.Spec.KubeAPIServer != nil {
		flags, err := flagbuilder.BuildFlagsList(c.Spec.KubeAPIServer)
		if err != nil {
			a.Error = "flags: " + err.Error()
		}
		for _, f := range flags {
			if strings.Contains(f, "audit") {
				a.Flags = append(a.Flags, f)
			}
		}
	}
	return a
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err != nil {
			panic(err)
		}
		_ = enc.Encode(ask(data))
	}
}
