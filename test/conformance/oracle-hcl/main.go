// Reads pairs of a text and how we write it in HCL, as JSON on stdin, and asks HCL's own parser for the value: as an attribute
// before another one, as in a block. Prints each pair that is read as something else; exits 1 if there is one.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func read(source string) (string, error) {
	file, diagnostics := hclsyntax.ParseConfig([]byte("b {\n  a = "+source+"\n  z = 1\n}\n"), "x.tf", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return "", diagnostics
	}
	value, diagnostics := file.Body.(*hclsyntax.Body).Blocks[0].Body.Attributes["a"].Expr.Value(nil)
	if diagnostics.HasErrors() {
		return "", diagnostics
	}
	if value.Type() != cty.String {
		return "", fmt.Errorf("is no string")
	}
	return value.AsString(), nil
}

func main() {
	var pairs [][2]string
	if err := json.NewDecoder(os.Stdin).Decode(&pairs); err != nil {
		panic(err)
	}
	wrong := 0
	for _, pair := range pairs {
		if value, err := read(pair[1]); err != nil || value != pair[0] {
			fmt.Printf("%q written as %q is read as %q (%v)\n", pair[0], pair[1], value, err)
			wrong++
		}
	}
	fmt.Printf("%d of %d are read as they were meant\n", len(pairs)-wrong, len(pairs))
	if wrong > 0 {
		os.Exit(1)
	}
}
