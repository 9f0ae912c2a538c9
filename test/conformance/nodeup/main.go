// A program that says what kOps' nodeup makes of cluster specs: whether it could write all its files, and whether kube-apiserver
// would find those of auditing. One spec a line of stdin: a JSON array of a Cluster and its InstanceGroups (v1alpha2).
// One line of stdout for each: {"ok":true} or {"ok":false,"group":…,"error":…}. With -files it prints the file tasks instead.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"
	"k8s.io/kops/pkg/apis/kops"
	"k8s.io/kops/pkg/kopscodecs"
	"k8s.io/kops/upup/pkg/fi"
	"k8s.io/kops/upup/pkg/fi/nodeup/nodetasks"
)

type verdict struct {
	OK    bool     `json:"ok"`
	Group string   `json:"group,omitempty"`
	Error string   `json:"error,omitempty"`
	Files []string `json:"files,omitempty"`
}

var (
	listFiles = flag.Bool("files", false, "print the files nodeup writes, a line per group")
	logged    bytes.Buffer
)

func main() {
	klog.InitFlags(nil)
	flag.Set("logtostderr", "false")
	flag.Set("stderrthreshold", "FATAL")
	flag.Set("alsologtostderr", "false")
	flag.Parse()
	klog.SetOutputBySeverity("INFO", io.Discard)
	klog.SetOutputBySeverity("WARNING", io.Discard)
	klog.SetOutputBySeverity("ERROR", io.Discard)
	klog.SetOutputBySeverity("FATAL", &logged)
	out := json.NewEncoder(os.Stdout)
	os.Stderr, _ = os.OpenFile(os.DevNull, os.O_WRONLY, 0) // klog prints a trace for each end of nodeup
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		for _, answer := range judge(lines.Bytes()) {
			must(0, out.Encode(answer))
		}
	}
}

// judge gives one verdict; with -files one for each group.
func judge(line []byte) []verdict {
	ctx := context.Background()
	cluster, groups, err := decode(line)
	if err != nil {
		return []verdict{{Error: err.Error()}}
	}
	full, cloud, err := populate(ctx, cluster, groups)
	if err != nil {
		return []verdict{{Error: err.Error()}}
	}
	var answers []verdict
	for _, group := range groups {
		if group.IsBastion() {
			continue // no nodeup runs there (pkg/model/bootstrapscript.go)
		}
		tasks, err := buildTasks(full, group, cloud)
		if err == nil && *listFiles {
			answers = append(answers, verdict{OK: true, Group: group.Name, Files: list(tasks)})
			continue
		}
		if err == nil {
			err = comesUp(tasks, full, group)
		}
		if err != nil {
			return []verdict{{Group: group.Name, Error: err.Error()}}
		}
	}
	if *listFiles {
		return answers
	}
	return []verdict{{OK: true}}
}

func comesUp(tasks map[string]fi.NodeupTask, cluster *kops.Cluster, group *kops.InstanceGroup) error {
	if err := twice(tasks); err != nil {
		return err
	}
	root, err := runOnDisk(tasks)
	defer os.RemoveAll(root)
	if err != nil {
		return fmt.Errorf("%s", strings.ReplaceAll(err.Error(), root+"/", ""))
	}
	if !group.HasAPIServer() {
		return nil
	}
	return checkAudit(tasks, cluster.Spec.KubeAPIServer, root)
}

func decode(line []byte) (*kops.Cluster, []*kops.InstanceGroup, error) {
	var objects []json.RawMessage
	if err := json.Unmarshal(line, &objects); err != nil {
		return nil, nil, err
	}
	var cluster *kops.Cluster
	var groups []*kops.InstanceGroup
	for _, object := range objects {
		decoded, _, err := kopscodecs.Decode(object, &schema.GroupVersionKind{Group: "kops.k8s.io", Version: "v1alpha2"})
		if err != nil {
			return nil, nil, err
		}
		switch o := decoded.(type) {
		case *kops.Cluster:
			cluster = o
		case *kops.InstanceGroup:
			groups = append(groups, o)
		}
	}
	if cluster == nil {
		return nil, nil, fmt.Errorf("no Cluster")
	}
	return cluster, groups, nil
}

func list(tasks map[string]fi.NodeupTask) []string {
	var lines []string
	for _, file := range filesOf(tasks) {
		line := file.Type + " " + file.Path
		if file.Type == nodetasks.FileType_Directory && (file.Mode == nil || *file.Mode != "0755" || file.Owner != nil) {
			line += " (other)"
		}
		lines = append(lines, line)
	}
	return lines
}

func fatalLine() string {
	first, _, _ := strings.Cut(logged.String(), "\n")
	logged.Reset()
	_, message, found := strings.Cut(first, "] ")
	if !found {
		return first
	}
	return message
}
