package main

import (
	"net"
	"slices"
	"sync"

	"etamil/internal/metrics"
	"etamil/internal/serve"
	"etamil/internal/std/db"
)

// adminSide is what operators are told at an address of their own.
type adminSide struct {
	metrics *metrics.Set // nil: nobody asks
	admin   *metrics.Server

	watching sync.Mutex
	watched  []*db.Service // of all programs that are read one after the other, while they run
}

// listenAdmin listens at the address for operators, if there is one. It must come before the
// program is made ready, which counts only for those who ask.
func (o *operator) listenAdmin() bool {
	addr := o.cfg.AdminListen
	if addr == "" {
		return true
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		o.sayListenError(o.file, &serve.ListenError{Addr: addr, Err: err}, [3]string{"--admin-listen 127.0.0.1:9091", "--admin-listen 127.0.0.1:9090", "--admin-listen 127.0.0.1:9090"})
		return false
	}
	o.metrics = new(metrics.Set)
	o.metrics.Add(func(p *metrics.Page) {
		p.Add(metrics.Info, 1, versionText())
		o.tellCache(p)
		o.tellPools(p)
	})
	o.admin = metrics.Serve(l, o.metrics)
	return true
}

func (o *operator) closeAdmin() {
	if o.admin != nil {
		o.admin.Close()
	}
}

func (o *operator) tellCache(p *metrics.Page) {
	x, ok := o.cache.State()
	if !ok {
		return
	}
	p.Add(metrics.CacheHits, float64(x.Hits), x.Kind)
	p.Add(metrics.CacheMisses, float64(x.Misses), x.Kind)
	if x.Entries >= 0 { // else only the server knows
		p.Add(metrics.CacheEvictions, float64(x.Evictions), x.Kind)
		p.Add(metrics.CacheEntries, float64(x.Entries), x.Kind)
		p.Add(metrics.CacheBytes, float64(x.Bytes), x.Kind)
	}
	p.Add(metrics.RememberComputing, float64(x.Computing))
	p.Add(metrics.RememberWaiting, float64(x.Waiting))
}

// watch has the pools of a program's databases told of, and answers what closes them.
func (o *operator) watch(databases *db.Service) (end func()) {
	o.watching.Lock()
	defer o.watching.Unlock()
	o.watched = append(o.watched, databases)
	return func() {
		o.watching.Lock()
		o.watched = slices.DeleteFunc(o.watched, func(d *db.Service) bool { return d == databases })
		o.watching.Unlock()
		databases.Close()
	}
}

// cachePool is what the pool of the cache's own is called, which no program can call one of its pools.
const cachePool = "[cache]"

// tellPools adds the pools of all programs; while one takes another's place, both have a default
// one, and they count as one. The pool of a cache in a database is another.
func (o *operator) tellPools(p *metrics.Page) {
	o.watching.Lock()
	defer o.watching.Unlock()
	var all []db.PoolState
	for _, d := range o.watched {
		for _, x := range d.Pools() {
			i := slices.IndexFunc(all, func(y db.PoolState) bool { return y.Name == x.Name && y.Kind == x.Kind })
			if i < 0 {
				all = append(all, x)
				continue
			}
			all[i].Add(&x)
		}
	}
	if d, kind, ok := o.cache.Database(); ok {
		if x, ok := db.PoolOf(cachePool, kind, d); ok {
			all = append(all, x)
		}
	}
	for _, x := range all {
		for id, v := range map[metrics.ID]float64{
			metrics.PoolMax: float64(x.Max), metrics.PoolOpen: float64(x.Open), metrics.PoolInUse: float64(x.Open - x.Free),
			metrics.PoolWaiting: float64(x.Waiting), metrics.PoolTaken: float64(x.Taken), metrics.PoolWaitSeconds: x.Waited.Seconds(),
			metrics.PoolTimedOut: float64(x.TimedOut), metrics.PoolRefused: float64(x.Refused),
			metrics.PoolOpened: float64(x.Opened), metrics.PoolFailed: float64(x.Failed),
		} {
			p.Add(id, v, x.Name, x.Kind)
		}
	}
}
