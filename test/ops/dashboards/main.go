// Reads dashboards as Grafana's own schema has them, strictly, and prints what of them it does not know or allow.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	// The schema of a dashboard leaves panels and queries open; these are those of the kinds in use.
	known := cog.NewRuntime()
	known.RegisterPanelcfgVariant(stat.VariantConfig())
	known.RegisterPanelcfgVariant(timeseries.VariantConfig())
	known.RegisterDataqueryVariant(prometheus.VariantConfig())
	failed := false
	for _, path := range os.Args[1:] {
		for _, fault := range faultsIn(path) {
			// An error without a text is an empty list of errors.
			if fault != nil && fault.Error() != "" {
				failed = true
				fmt.Printf("%s: %v\n", path, fault)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

func faultsIn(path string) []error {
	text, err := os.ReadFile(path)
	if err != nil {
		return []error{err}
	}
	var board dashboard.Dashboard
	return []error{board.UnmarshalJSONStrict(text), board.Validate()}
}
