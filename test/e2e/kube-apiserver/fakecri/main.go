// A container runtime that runs nothing: enough for a kubelet to start.
package main

import (
	"os"

	"k8s.io/cri-client/pkg/fake"
)

func main() {
	if err := fake.NewFakeRemoteRuntime().Start("unix://" + os.Args[1]); err != nil {
		panic(err)
	}
	select {}
}
