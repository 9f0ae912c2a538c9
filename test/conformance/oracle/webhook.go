package main

import (
	"fmt"
	"os"
	"path/filepath"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/apiserver/plugin/pkg/audit/webhook"
)

// askWebhook gives a webhook config to the backend's constructor, as kube-apiserver does when it starts. It is written into the
// directory, beside the files it may name. A panic counts as a refusal: kube-apiserver would end as well.
func askWebhook(directory string, data []byte) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	file := filepath.Join(directory, "webhook.yaml")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		panic(err)
	}
	backoff := webhookutil.DefaultRetryBackoffWithInitialDelay(webhook.DefaultInitialBackoffDelay)
	if _, err := webhook.NewBackend(file, auditv1.SchemeGroupVersion, backoff, nil); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true}
}
