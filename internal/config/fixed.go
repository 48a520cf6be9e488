package config

import "reflect"

// fixed are the keys that belong to the loops, which outlive a program: what they say at the
// start holds until the next.
var fixed = map[string]bool{
	"server.host": true, "server.port": true, "server.unix_socket": true, "server.unix_mode": true, "server.workers": true,
	"uploads.folder": true, "uploads.memory": true, "uploads.disk": true, "uploads.parts": true, "uploads.fields": true,
	"tls.cert": true, "tls.key": true,
	"server.header_limit": true, "server.header_count": true, "server.body_limit": true,
	"server.max_connections": true, "server.max_waiting": true, "server.io_uring": true,
	"server.proxy_protocol": true,
	"server.header_timeout": true, "server.body_timeout": true, "server.idle_timeout": true, "server.handler_timeout": true,
	"server.write_timeout": true, "server.drain_timeout": true,
	"cache.store": true, "cache.url": true, "cache.memory": true, "cache.value_limit": true, "cache.timeout": true, "cache.down": true, "cache.prefix": true,
	"admin.listen": true,
	"log.level":    true, "log.format": true, "log.redact": true,
}

// Fixed are the paths of the keys in which now differs from what a running server began with,
// and which only a new start changes.
func Fixed(began, now *Config) (paths []string) {
	for i := range table {
		k := &table[i]
		if fixed[k.path()] && !reflect.DeepEqual(k.field(began), k.field(now)) {
			paths = append(paths, k.path())
		}
	}
	return paths
}
