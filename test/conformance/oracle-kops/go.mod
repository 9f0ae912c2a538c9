module oracle-kops

go 1.26.0

require k8s.io/kops v1.36.0
