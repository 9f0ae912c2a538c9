package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"k8s.io/klog/v2"
	"k8s.io/kops/nodeup/pkg/model"
	"k8s.io/kops/nodeup/pkg/model/networking"
	"k8s.io/kops/pkg/apis/kops"
	"k8s.io/kops/pkg/apis/nodeup"
	"k8s.io/kops/pkg/assets"
	"k8s.io/kops/pkg/client/simple/vfsclientset"
	"k8s.io/kops/pkg/featureflag"
	"k8s.io/kops/upup/pkg/fi"
	"k8s.io/kops/upup/pkg/fi/cloudup"
	"k8s.io/kops/util/pkg/architectures"
	"k8s.io/kops/util/pkg/distributions"
	"k8s.io/kops/util/pkg/vfs"
)

// populate completes a Cluster as `kops update cluster` does.
func populate(ctx context.Context, cluster *kops.Cluster, groups []*kops.InstanceGroup) (*kops.Cluster, fi.Cloud, error) {
	vfs.Context.ResetMemfsContext(true)
	cloud, err := cloudup.BuildCloud(cluster)
	if err != nil {
		return nil, nil, err
	}
	if err := cloudup.PerformAssignments(cluster, vfs.Context, cloud); err != nil {
		return nil, nil, err
	}
	base, err := vfs.Context.BuildVfsPath("memfs://store")
	if err != nil {
		return nil, nil, err
	}
	builder := assets.NewAssetBuilder(vfs.Context, cluster.Spec.Assets, false)
	full, err := cloudup.PopulateClusterSpec(ctx, vfsclientset.NewVFSClientset(vfs.Context, base), cluster, groups, cloud, builder)
	return full, cloud, err
}

// buildTasks runs the builders of nodeup for an instance of a group, in nodeup's own order (upup/pkg/fi/nodeup/command.go, 1.36.0).
// Left out: VolumesBuilder, which mounts at once, and BootstrapClientBuilder, which makes no file.
func buildTasks(cluster *kops.Cluster, group *kops.InstanceGroup, cloud fi.Cloud) (tasks map[string]fi.NodeupTask, err error) {
	defer func() {
		if fatal := recover(); fatal != nil {
			tasks, err = nil, fmt.Errorf("%v", fatal)
		}
	}()
	c, err := modelContext(cluster, group, cloud)
	if err != nil {
		return nil, err
	}
	tasks = map[string]fi.NodeupTask{}
	for _, builder := range builders(c) {
		if err := builder.Build(&fi.NodeupModelBuilderContext{Tasks: tasks}); err != nil {
			return nil, fmt.Errorf("%T: %w", builder, err)
		}
	}
	return tasks, nil
}

func modelContext(cluster *kops.Cluster, group *kops.InstanceGroup, cloud fi.Cloud) (*model.NodeupModelContext, error) {
	config, boot := nodeup.NewConfig(cluster, group)
	if group.Spec.Kubelet == nil && cluster.Spec.Kubelet != nil {
		config.KubeletConfig = *cluster.Spec.Kubelet
	}
	config.KubeletConfig.PodManifestPath = "/etc/kubernetes/manifests"
	base, err := storeManifests()
	if err != nil {
		return nil, err
	}
	if group.IsControlPlane() {
		config.ChannelsManifest = store + "main-cp.yaml"
		config.EtcdManifests = []string{store + "main-cp.yaml", store + "events-cp.yaml"}
		config.EtcdClusterNames = []string{"main", "events"}
	}
	if group.HasAPIServer() {
		config.StaticManifests = []*nodeup.StaticManifest{{Key: "kube-apiserver-healthcheck", Path: "main-cp.yaml"}}
	}
	for _, name := range keysets {
		config.CAs[name] = certificate
		config.KeypairIDs[name] = "1"
	}
	if config.APIServerConfig != nil {
		config.APIServerConfig.ServiceAccountPublicKeys = "key"
		if cluster.Spec.EncryptionConfig != nil && *cluster.Spec.EncryptionConfig {
			config.APIServerConfig.EncryptionConfigSecretHash = "hash"
		}
	}
	c := &model.NodeupModelContext{
		Cloud:        cloud,
		ConfigBase:   base,
		Architecture: architectures.ArchitectureAmd64,
		Assets:       programs(),
		BootConfig:   boot,
		NodeupConfig: config,
		Distribution: distributionOf(group),
		KeyStore:     keystore{},
		SecretStore:  secretStore{},
	}
	return c, c.Init()
}

var (
	cosImage     = regexp.MustCompile(`(^|/)cos-|cos-cloud`)
	flatcarImage = regexp.MustCompile(`(?i)flatcar`)
)

func distributionOf(group *kops.InstanceGroup) distributions.Distribution {
	switch {
	case cosImage.MatchString(group.Spec.Image):
		return distributions.DistributionContainerOS
	case flatcarImage.MatchString(group.Spec.Image):
		return distributions.DistributionFlatcar
	}
	return distributions.DistributionUbuntu2404
}

func builders(c *model.NodeupModelContext) []fi.NodeupModelBuilder {
	return []fi.NodeupModelBuilder{
		&model.DiscoveryService{NodeupModelContext: c},
		&model.EtcHostsBuilder{NodeupModelContext: c},
		&model.NTPBuilder{NodeupModelContext: c},
		&model.DirectoryBuilder{NodeupModelContext: c},
		&model.UpdateServiceBuilder{NodeupModelContext: c},
		&model.ContainerdBuilder{NodeupModelContext: c},
		&model.ProtokubeBuilder{NodeupModelContext: c},
		&model.ChannelsBuilder{NodeupModelContext: c},
		&model.CloudConfigBuilder{NodeupModelContext: c},
		&model.FileAssetsBuilder{NodeupModelContext: c},
		&model.HookBuilder{NodeupModelContext: c},
		&model.KubeletBuilder{NodeupModelContext: c},
		&model.KubectlBuilder{NodeupModelContext: c},
		&model.LogrotateBuilder{NodeupModelContext: c},
		&model.ManifestsBuilder{NodeupModelContext: c},
		&model.PackagesBuilder{NodeupModelContext: c},
		&model.NvidiaBuilder{NodeupModelContext: c},
		&model.GVisorBuilder{NodeupModelContext: c},
		&model.SecretBuilder{NodeupModelContext: c},
		&model.FirewallBuilder{NodeupModelContext: c},
		&model.SysctlBuilder{NodeupModelContext: c},
		&model.KubeAPIServerBuilder{NodeupModelContext: c},
		&model.KubeControllerManagerBuilder{NodeupModelContext: c},
		&model.KubeSchedulerBuilder{NodeupModelContext: c},
		&model.EtcdManagerTLSBuilder{NodeupModelContext: c},
		&model.KubeProxyBuilder{NodeupModelContext: c},
		&model.KopsControllerBuilder{NodeupModelContext: c},
		&model.WarmPoolBuilder{NodeupModelContext: c},
		&model.PrefixBuilder{NodeupModelContext: c},
		&model.NerdctlBuilder{NodeupModelContext: c},
		&model.CrictlBuilder{NodeupModelContext: c},
		&model.AzureBuilder{NodeupModelContext: c},
		&model.LinodeBuilder{NodeupModelContext: c},
		&networking.CommonBuilder{NodeupModelContext: c},
		&networking.CalicoBuilder{NodeupModelContext: c},
		&networking.CiliumBuilder{NodeupModelContext: c},
		&networking.KindnetBuilder{NodeupModelContext: c},
		&networking.AmazonVPCRoutedENIBuilder{NodeupModelContext: c},
		&networking.KuberouterBuilder{NodeupModelContext: c},
	}
}

const store = "memfs://store/manifests/"

// storeManifests puts into the state store what `kops update cluster` writes there and nodeup copies.
func storeManifests() (vfs.Path, error) {
	base, err := vfs.Context.BuildVfsPath(store)
	if err != nil {
		return nil, err
	}
	pod := "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: x}]}\n"
	for _, name := range []string{"main-cp.yaml", "events-cp.yaml"} {
		if err := base.Join(name).WriteFile(context.Background(), strings.NewReader(pod), nil); err != nil {
			return nil, err
		}
	}
	return base, nil
}

// programs stands for what nodeup downloads.
func programs() *fi.AssetStore {
	store := fi.NewAssetStore("")
	for name, path := range map[string]string{
		"protokube":  "protokube",
		"channels":   "channels",
		"kubelet":    "kubelet",
		"kubectl":    "kubectl",
		"containerd": "bin/containerd",
		"runc.amd64": "https://x/runc.amd64",
		"crictl":     "crictl",
		"nerdctl":    "nerdctl",
		"loopback":   "loopback",
	} {
		store.AddForTest(name, path, name)
	}
	return store
}

func init() {
	featureflag.ParseFlags("-ImageDigest") // it would ask a registry
	klog.OsExit = func(code int) { panic(fmt.Sprintf("nodeup ends: %s", fatalLine())) }
}
