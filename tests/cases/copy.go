// Reads "in", writes "out".
package main

import "os"

func main() {
	data, err := os.ReadFile("in")
	if err != nil {
		os.Exit(1)
	}
	if os.WriteFile("out", data, 0o644) != nil {
		os.Exit(1)
	}
}
