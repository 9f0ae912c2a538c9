package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"k8s.io/kops/upup/pkg/fi"
	"k8s.io/kops/upup/pkg/fi/nodeup/local"
	"k8s.io/kops/upup/pkg/fi/nodeup/nodetasks"
)

// hostDirectories are there on an instance before nodeup runs.
var hostDirectories = strings.Fields(`boot dev etc etc/systemd/system home media mnt opt proc root run srv sys tmp
	usr/bin usr/lib/systemd/system usr/libexec usr/local/bin usr/local/lib usr/local/sbin usr/sbin usr/share
	var/cache var/lib var/log var/spool var/tmp`)

var hostLinks = map[string]string{"bin": "usr/bin", "lib": "usr/lib", "sbin": "usr/sbin"}

// runOnDisk lets nodeup's own executor and file tasks write the files below a new root, and gives that root.
func runOnDisk(tasks map[string]fi.NodeupTask) (string, error) {
	root, err := os.MkdirTemp("", "nodeup-root")
	if err != nil {
		return "", err
	}
	for _, directory := range hostDirectories {
		if err := os.MkdirAll(filepath.Join(root, directory), 0o755); err != nil {
			return root, err
		}
	}
	for link, target := range hostLinks {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			return root, err
		}
	}
	return root, runTasks(below(root, filesOf(tasks)))
}

func runTasks(tasks map[string]fi.NodeupTask) error {
	ctx, err := fi.NewNodeupContext(context.Background(), &local.LocalTarget{}, keystore{}, nil, nil, tasks)
	if err != nil {
		return err
	}
	return ctx.RunTasks(fi.RunTasksOptions{MaxTaskDuration: time.Nanosecond, WaitAfterAllTasksFailed: time.Millisecond})
}

// filesOf gives the file tasks, and the unit files of the services as such.
func filesOf(tasks map[string]fi.NodeupTask) []nodetasks.File {
	var files []nodetasks.File
	for _, task := range tasks {
		switch t := task.(type) {
		case *nodetasks.File:
			files = append(files, *t)
		case *nodetasks.Service:
			if t.Definition != nil {
				unit := nodetasks.File{Path: "/etc/systemd/system/" + t.Name, Type: nodetasks.FileType_File}
				unit.Contents = fi.NewStringResource(*t.Definition)
				files = append(files, unit)
			}
		}
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Path < files[j].Path })
	return files
}

// carefulFile is a file task whose panic is an error: nodeup's File.Find ends with one below a path that is a file.
type carefulFile struct{ nodetasks.File }

func (f *carefulFile) Run(c *fi.NodeupContext) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("nodeup ends: %v", fault)
		}
	}()
	return f.File.Run(c)
}

// below gives the same files in another root: their own text only for file assets, no owner, and no program run after them.
func below(root string, files []nodetasks.File) map[string]fi.NodeupTask {
	tasks := map[string]fi.NodeupTask{}
	for i, file := range files {
		moved := &carefulFile{nodetasks.File{
			Path: root + "/" + file.Path, Type: file.Type, Mode: file.Mode, IfNotExists: file.IfNotExists, Symlink: file.Symlink,
		}}
		if file.Type == nodetasks.FileType_File {
			moved.Contents = fi.NewStringResource("kOps")
			if text, ok := file.Contents.(*fi.StringResource); ok {
				moved.Contents = text
			}
		}
		tasks[fmt.Sprintf("File/%d/%s", i, file.Path)] = moved
	}
	return tasks
}

// twice finds a file that two tasks write: which of them comes last is chance.
func twice(tasks map[string]fi.NodeupTask) error {
	seen := map[string]bool{}
	for _, file := range filesOf(tasks) {
		if file.Type != nodetasks.FileType_File {
			continue
		}
		clean := path.Join("/", file.Path)
		if seen[clean] {
			return fmt.Errorf("two tasks write %s", clean)
		}
		seen[clean] = true
	}
	return nil
}
