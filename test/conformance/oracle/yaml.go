package main

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

// yamlAnswer has the document as JSON, and whether the strict reader takes it too: it refuses a key that stands twice.
type yamlAnswer struct {
	OK     bool            `json:"ok"`
	Error  string          `json:"error,omitempty"`
	JSON   json.RawMessage `json:"json,omitempty"`
	Strict bool            `json:"strict"`
}

// askYAML makes JSON of the first document of a text, as kube-apiserver and kOps do before they look at what it says. A panic counts
// as a refusal: the program would end as well.
func askYAML(data []byte) (result yamlAnswer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = yamlAnswer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	text, err := yaml.YAMLToJSON(data)
	if err != nil {
		return yamlAnswer{Error: err.Error()}
	}
	_, err = yaml.YAMLToJSONStrict(data)
	return yamlAnswer{OK: true, JSON: text, Strict: err == nil}
}
