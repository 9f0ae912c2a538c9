// render VERSION FILE: the kubeadm configuration that kind gives to the first node of the control plane, with kind's own code: its template
// for that release of Kubernetes, then the patches of the cluster, then those of the node (getKubeadmConfig).
// It imports packages that are internal to kind, so it is built in a copy of kind's module.
package main

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/kind/pkg/cluster/internal/kubeadm"
	"sigs.k8s.io/kind/pkg/internal/apis/config"
	"sigs.k8s.io/kind/pkg/internal/apis/config/encoding"
	"sigs.k8s.io/kind/pkg/internal/patch"
)

func render(version, file string) (string, error) {
	cluster, err := encoding.Load(file)
	if err != nil {
		return "", err
	}
	if cluster.Name == "" {
		cluster.Name = "kind"
	}
	if err := cluster.Validate(); err != nil {
		return "", err
	}
	text, err := kubeadm.Config(kubeadm.ConfigData{
		ClusterName:          "kind",
		KubernetesVersion:    version,
		ControlPlaneEndpoint: "kind-control-plane:6443",
		APIBindPort:          6443,
		APIServerAddress:     "127.0.0.1",
		Token:                "abcdef.0123456789abcdef",
		PodSubnet:            "10.244.0.0/16",
		KubeProxyMode:        "iptables",
		ServiceSubnet:        "10.96.0.0/16",
		NodeAddress:          "192.0.2.10",
		NodeName:             "kind-control-plane",
		NodeProvider:         "docker",
		ControlPlane:         true,
		IPFamily:             config.IPv4Family,
		RuntimeConfig:        map[string]string{},
	})
	if err != nil {
		return "", err
	}
	text, err = patch.KubeYAML(text, cluster.KubeadmConfigPatches, cluster.KubeadmConfigPatchesJSON6902)
	if err != nil {
		return "", err
	}
	for _, node := range cluster.Nodes {
		if node.Role == config.ControlPlaneRole {
			text, err = patch.KubeYAML(text, node.KubeadmConfigPatches, node.KubeadmConfigPatchesJSON6902)
			break
		}
	}
	return strings.ReplaceAll(text, "metadata:\n  name: config\n", ""), err
}

func main() {
	text, err := render(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Print(text)
}
