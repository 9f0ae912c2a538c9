package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kops/pkg/apis/kops"
	"k8s.io/kops/upup/pkg/fi"
	"k8s.io/kops/upup/pkg/fi/nodeup/nodetasks"
	"sigs.k8s.io/yaml"
)

const manifest = "File//etc/kubernetes/manifests/kube-apiserver.manifest"

// checkAudit says why kube-apiserver would not start or not log: what the pod mounts against what nodeup left below the root.
func checkAudit(tasks map[string]fi.NodeupTask, server *kops.KubeAPIServerConfig, root string) error {
	mounts, err := mountsOf(tasks)
	if err != nil {
		return err
	}
	if file := server.AuditPolicyFile; file != "" {
		if err := holds(root, file, mounts, "kind: Policy"); err != nil {
			return fmt.Errorf("policy: %w", err)
		}
	}
	if file := server.AuditWebhookConfigFile; file != "" {
		if err := holds(root, file, mounts, "kind: Config"); err != nil {
			return fmt.Errorf("webhook config: %w", err)
		}
	}
	if server.AuditLogPath != nil && *server.AuditLogPath != "" && *server.AuditLogPath != "-" {
		return checkLog(tasks, root, *server.AuditLogPath, mounts)
	}
	return nil
}

func mountsOf(tasks map[string]fi.NodeupTask) ([]string, error) {
	task, ok := tasks[manifest].(*nodetasks.File)
	if !ok {
		return nil, fmt.Errorf("no manifest of kube-apiserver")
	}
	reader, err := task.Contents.Open()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	pod := &v1.Pod{}
	if err := yaml.Unmarshal(text, pod); err != nil {
		return nil, err
	}
	return validMounts(pod.Spec.Containers[0].VolumeMounts)
}

// validMounts applies ValidateVolumeMounts of Kubernetes' pkg/apis/core/validation as far as paths go, and sees to it that
// nothing lies over the programs of the image.
func validMounts(all []v1.VolumeMount) ([]string, error) {
	var mounts []string
	seen := map[string]bool{}
	for _, mount := range all {
		if seen[mount.MountPath] {
			return nil, fmt.Errorf("mountPath %s must be unique", mount.MountPath)
		}
		seen[mount.MountPath] = true
		if !path.IsAbs(mount.MountPath) || strings.Contains(mount.MountPath, ":") {
			return nil, fmt.Errorf("mountPath %s is invalid", mount.MountPath)
		}
		for _, program := range []string{"/go-runner", "/usr/local/bin/kube-apiserver"} {
			if isIn(program, mount.MountPath) || isIn(mount.MountPath, program) {
				return nil, fmt.Errorf("mountPath %s hides %s", mount.MountPath, program)
			}
		}
		mounts = append(mounts, mount.MountPath)
	}
	return mounts, nil
}

func holds(root, file string, mounts []string, word string) error {
	if !isMounted(file, mounts) {
		return fmt.Errorf("%s is not mounted", file)
	}
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return fmt.Errorf("%s is not there", file)
	}
	if !strings.Contains(string(text), word) {
		return fmt.Errorf("%s holds something else", file)
	}
	return nil
}

func checkLog(tasks map[string]fi.NodeupTask, root, file string, mounts []string) error {
	if !isMounted(file, mounts) {
		return fmt.Errorf("log: %s is not mounted", file)
	}
	for _, task := range filesOf(tasks) {
		if task.Type == nodetasks.FileType_File && path.Join("/", task.Path) == path.Clean(file) {
			return fmt.Errorf("log: nodeup writes %s", file)
		}
	}
	if strings.HasSuffix(file, "/") {
		return fmt.Errorf("log: %s is a directory", file)
	}
	if err := os.MkdirAll(filepath.Join(root, filepath.Dir(file)), 0o755); err != nil {
		return fmt.Errorf("log: no directory can be made for %s", file)
	}
	log, err := os.OpenFile(filepath.Join(root, file), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("log: %s cannot be opened", file)
	}
	return log.Close()
}

func isMounted(file string, mounts []string) bool {
	for _, mount := range mounts {
		if isIn(path.Clean(file), mount) {
			return true
		}
	}
	return false
}

func isIn(file, directory string) bool {
	return file == directory || directory == "/" || strings.HasPrefix(file, directory+"/")
}
