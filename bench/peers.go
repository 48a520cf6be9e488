package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A Way is how a peer makes an answer.
type Way string

// The ways. Canned peers answer bytes that were made before they started: they show what
// the kernel, or the loop below us, allows. Native ones count money with their language's
// usual numbers, exact ones with a decimal type; eTamil has only exact numbers.
const (
	Canned Way = "canned"
	Native Way = "native"
	Exact  Way = "exact"
)

// A Peer is an HTTP server that rows are measured on.
type Peer struct {
	Name    string
	Title   string
	Ways    []Way // for routes about money; the others are answered in the first
	Routes  string
	Version []string
	Needs   []string // files without which it is not here
	// Command starts it on a port with so many workers, 0 for one on each processor. folder
	// has the canned bodies, and is the peer's to write into.
	Command func(port string, workers int, folder string) ([]string, error)
}

const (
	allRoutes  = "text json tax invoice big"
	peersDir   = "bin/peers"
	jsDir      = peersDir + "/js" // with the packages; the programs are copied there
	nginxBin   = "/usr/sbin/nginx"
	bunBinary  = jsDir + "/node_modules/.bin/bun"
	cLoop      = "limit" // what the kernel allows
	floor      = "gnet"  // what the cost of a request is counted from
	emptyStart = peersDir + "/empty"
)

// program is a Command that only needs the port.
func program(words ...string) func(string, int, string) ([]string, error) {
	return func(port string, _ int, _ string) ([]string, error) {
		return append(append([]string(nil), words...), port), nil
	}
}

var peers = []Peer{
	{Name: ours, Title: "eTamil", Ways: []Way{Exact}, Routes: allRoutes, Version: []string{etamilBinary, "version"},
		Needs: []string{etamilBinary},
		Command: func(port string, workers int, _ string) ([]string, error) {
			return []string{etamilBinary, "serve", "bench/programs/http/app.qmz", "--workers", strconv.Itoa(workers), "--host", "127.0.0.1", "--port", port}, nil
		}},
	{Name: cLoop, Title: "C epoll loop (limit)", Ways: []Way{Canned}, Routes: allRoutes, Needs: []string{peersDir + "/limit"},
		Command: func(port string, _ int, folder string) ([]string, error) {
			return []string{peersDir + "/limit", port, folder}, nil
		}},
	{Name: floor, Title: "bare gnet loop", Ways: []Way{Canned}, Routes: allRoutes, Needs: []string{peersDir + "/gnet"},
		Command: func(port string, workers int, folder string) ([]string, error) {
			return []string{peersDir + "/gnet", port, strconv.Itoa(workers), folder}, nil
		}},
	{Name: "hyper", Title: "hyper (Rust)", Ways: []Way{Native, Exact}, Routes: allRoutes, Needs: []string{peersDir + "/hyper"},
		Command: func(port string, workers int, _ string) ([]string, error) {
			return []string{peersDir + "/hyper", port, strconv.Itoa(workers)}, nil
		}},
	{Name: "fasthttp", Title: "fasthttp", Ways: []Way{Native, Exact}, Routes: allRoutes, Needs: []string{peersDir + "/fasthttp"}, Command: program(peersDir + "/fasthttp")},
	{Name: "fiber", Title: "Fiber", Ways: []Way{Native, Exact}, Routes: allRoutes, Needs: []string{peersDir + "/fiber"}, Command: program(peersDir + "/fiber")},
	{Name: "nethttp", Title: "Go net/http", Ways: []Way{Native, Exact}, Routes: allRoutes, Needs: []string{peersDir + "/nethttp"}, Command: program(peersDir + "/nethttp")},
	{Name: "bun", Title: "Bun", Ways: []Way{Native, Exact}, Routes: allRoutes, Version: []string{bunBinary, "--version"},
		Needs: []string{bunBinary, jsDir + "/node_modules/decimal.js"}, Command: program(bunBinary, jsDir+"/bun.js")},
	{Name: "node", Title: "Node http", Ways: []Way{Native, Exact}, Routes: allRoutes, Version: []string{"node", "--version"},
		Needs: []string{"node", jsDir + "/node_modules/decimal.js"}, Command: program("node", jsDir+"/node.js")},
	{Name: "fastify", Title: "Fastify", Ways: []Way{Native, Exact}, Routes: allRoutes, Version: []string{"node", "--version"},
		Needs: []string{"node", jsDir + "/node_modules/fastify", jsDir + "/node_modules/decimal.js"}, Command: program("node", jsDir+"/fastify.js")},
	{Name: "nginx", Title: "nginx", Ways: []Way{Native}, Routes: "text json big", Version: []string{nginxBin, "-v"},
		Needs: []string{nginxBin}, Command: nginx("nginx.conf")},
	{Name: "nginx-lua", Title: "nginx + LuaJIT", Ways: []Way{Native}, Routes: allRoutes, Version: []string{nginxBin, "-v"},
		Needs: []string{nginxBin, nginxModules + "/ngx_http_lua_module.so"}, Command: nginx("lua.conf")},
}

// nginxModules is where Debian puts them.
const nginxModules = "/usr/lib/nginx/modules"

// nginx fills in a configuration and returns the command that runs it.
func nginx(template string) func(string, int, string) ([]string, error) {
	return func(port string, workers int, folder string) ([]string, error) {
		text, err := os.ReadFile(filepath.Join("bench/peers/nginx", template))
		if err != nil {
			return nil, err
		}
		here, err := filepath.Abs("bench/peers")
		if err != nil {
			return nil, err
		}
		count := "auto"
		if workers > 0 {
			count = strconv.Itoa(workers)
		}
		conf := strings.NewReplacer("@PORT@", port, "@FOLDER@", folder, "@WORKERS@", count, "@PEERS@", here, "@MODULES@", nginxModules).Replace(string(text))
		if workers == 1 { // no master beside the one worker
			conf = "master_process off;\n" + conf
		}
		file := filepath.Join(folder, template)
		return []string{nginxBin, "-p", folder, "-c", file, "-e", "stderr"}, os.WriteFile(file, []byte(conf), 0o644)
	}
}

// copyPrograms puts the JavaScript servers beside the packages that they import.
func copyPrograms() error {
	files, err := filepath.Glob("bench/peers/jsserver/*.js")
	if err != nil || peerMissing(jsDir) {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(jsDir, filepath.Base(file)), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// peerMissing says that a file of a peer is not here.
func peerMissing(file string) bool { return Peer{Needs: []string{file}}.absent() != "" }

// absent names what a peer lacks on this machine, or is "".
func (p Peer) absent() string {
	for _, need := range p.Needs {
		var err error
		if strings.Contains(need, "/") {
			_, err = os.Stat(need)
		} else {
			_, err = exec.LookPath(need)
		}
		if err != nil {
			return need + " is not here"
		}
	}
	return ""
}

// info says what a peer is, and whether it is here.
func (p Peer) info() PeerInfo {
	i := PeerInfo{Name: p.Name, Title: p.Title, Absent: p.absent()}
	if i.Absent == "" {
		i.Version = p.version()
	}
	return i
}

// whoIsHere tells of all peers that were chosen, and returns those of them that can be measured.
func whoIsHere[P interface{ info() PeerInfo }](chosen []P, progress io.Writer) (here []P, all []PeerInfo) {
	for _, p := range chosen {
		i := p.info()
		if i.Absent == "" {
			here = append(here, p)
		} else {
			fmt.Fprintf(progress, "%s is left out: %s (bench/peers/install installs the peers)\n", i.Title, i.Absent)
		}
		all = append(all, i)
	}
	return here, all
}

// versions are the peers' own words about themselves, for the line below a table.
func versions(peers []PeerInfo) (list []string) {
	for _, p := range peers {
		switch {
		case p.Absent != "":
			list = append(list, p.Title+" not to be had here")
		case p.Version != "" && p.Version != p.Title:
			list = append(list, p.Title+": "+p.Version)
		}
	}
	return list
}

// has says whether a peer answers a route in a way.
func (p Peer) has(route string, w Way) bool {
	for _, r := range strings.Fields(p.Routes) {
		if r == route {
			for i, own := range p.Ways {
				if own == w {
					return i == 0 || aboutMoney(route)
				}
			}
		}
	}
	return false
}

// aboutMoney says that a route counts money: peers that can, do it in two ways.
func aboutMoney(route string) bool { return route == "tax" || route == "invoice" }

// script returns what p is asked for on a route. Peers with two ways have a route for
// each: /tax counts in native numbers, /taxx in exact ones.
func (p Peer) script(route string, w Way) Script {
	path := "/" + route
	if w == Exact && len(p.Ways) > 1 {
		path += "x"
	}
	s := script(route, path)
	if w == Canned {
		s = s[:1] // one answer is all it has
	}
	return s
}

// version asks a peer what it is.
func (p Peer) version() string {
	if len(p.Version) == 0 {
		return p.Title
	}
	return Engine{Title: p.Title, Command: p.Version[:1], Version: p.Version}.version()
}
