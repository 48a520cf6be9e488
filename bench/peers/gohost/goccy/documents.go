// Command goccy reads and writes JSON documents as any, with goccy/go-json. It gets the
// name of the program that it is, or of the empty one, as other engines get theirs.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-json"
)

func document(number int) string {
	var items []string
	for i := range 12 {
		items = append(items, fmt.Sprintf(`{"hsn":"1006","name":"பொன்னி அரிசி %d","offer":null,"price":%d1.25,"qty":%d,"tags":["grain","உணவு"],"taxed":true}`, i+1, i+1, i+1))
	}
	return `{"city":"மதுரை","id":` + strconv.Itoa(number) + `,"items":[` + strings.Join(items, ",") + "]}"
}

func main() {
	if len(os.Args) > 1 && filepath.Base(os.Args[1]) == "empty.go" {
		return // only to start and end
	}
	n, err := strconv.Atoi(os.Getenv("BENCH_N"))
	if err != nil {
		n = 20000
	}
	if err := run(n); err != nil {
		fmt.Fprintln(os.Stderr, "goccy:", err)
		os.Exit(1)
	}
}

func run(n int) error {
	texts := []string{document(1499), document(1500), document(1501)}
	total := 0.0
	for i := 1; i <= n; i++ {
		text := texts[i%3]
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			return err
		}
		item := value.(map[string]any)["items"].([]any)[i%12]
		total += item.(map[string]any)["qty"].(float64)
		out, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if string(out) != text {
			fmt.Println("differs")
		}
	}
	fmt.Println(total)
	return nil
}
