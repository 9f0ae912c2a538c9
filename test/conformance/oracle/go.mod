module oracle

go 1.26.0

require (
	k8s.io/apiserver v0.37.2
	k8s.io/klog/v2 v2.140.0
)
