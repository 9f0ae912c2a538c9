// Command requestinfo tells which verb, resource and path kube-apiserver's own code sees in requests.
//
// Standard output: the content of ../../request-info.json. Run it in the folder of the module: go run ./requestinfo
package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
)

type row struct {
	Method      string `json:"method"`
	URL         string `json:"url"`
	Error       string `json:"error,omitempty"`
	IsResource  bool   `json:"isResourceRequest"`
	Verb        string `json:"verb"`
	APIGroup    string `json:"apiGroup"`
	Resource    string `json:"resource"`
	Subresource string `json:"subresource"`
	Namespace   string `json:"namespace"`
	Name        string `json:"name"`
	Path        string `json:"path"`
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"}

var urls = []string{
	"/healthz", "/x", "/api", "/api/v1", "/api/v1/", "/apis/apps/v1",
	"/api/v1/pods", "/api/v1/pods?watch=1", "/api/v1/namespaces/n/pods", "/api/v1/namespaces/n/pods/p",
	"/api/v1/namespaces/n/pods/p/exec", "/api/v1/namespaces/n/pods/p/proxy/x/y", "/api/v1/namespaces/n",
	"/apis/apps/v1/namespaces/n/deployments/d/scale", "/api/v1/nodes/m/proxy/run",
	"/api/v1/watch/pods", "/api/v1/proxy/namespaces/n/pods/p/x",
}

func main() {
	factory := &request.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}
	rows := []row{}
	for _, text := range urls {
		for _, method := range methods {
			parsed, err := url.Parse(text)
			if err != nil {
				panic(err)
			}
			info, err := factory.NewRequestInfo(&http.Request{Method: method, URL: parsed})
			one := row{Method: method, URL: text, IsResource: info.IsResourceRequest, Verb: info.Verb, APIGroup: info.APIGroup,
				Resource: info.Resource, Subresource: info.Subresource, Namespace: info.Namespace, Name: info.Name, Path: info.Path}
			if err != nil {
				one.Error = err.Error()
			}
			rows = append(rows, one)
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(rows); err != nil {
		panic(err)
	}
}
