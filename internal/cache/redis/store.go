package redis

import (
	"context"
	"encoding/binary"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"

	"etamil/internal/cache"
	"etamil/internal/decimal"
	"etamil/internal/value"
)

// Options are the settings of a Store.
type Options struct {
	URL     string        // redis://user:password@host:port/number, rediss:// with TLS, unix://path
	Prefix  string        // before all keys, so that programs can share a server
	Timeout time.Duration // of one command, and of making a connection
}

// Store is a cache on a Redis server.
type Store struct {
	o          Options
	gate       cache.Gate
	connection *cache.Opening[rueidis.Client] // the library's client, connected

	hits, misses atomic.Uint64
}

// Sizes of the library's buffers: values are mostly small, and connections few.
const (
	bufferBytes = 64 << 10
	multiplex   = 1 // 2^1 connections
)

// New returns a Store for a server that need not be there yet. The error is about the URL, and
// does not tell its password.
func New(o Options) (*Store, error) {
	option, err := optionOf(o)
	if err != nil {
		return nil, err
	}
	dial := func() (rueidis.Client, error) { return rueidis.NewClient(option) }
	return &Store{o: o, connection: cache.NewOpening(dial, rueidis.Client.Close)}, nil
}

// Fit reports what is wrong with a URL, without asking any server.
func Fit(url string) error {
	_, err := optionOf(Options{URL: url})
	return err
}

func optionOf(o Options) (rueidis.ClientOption, error) {
	option, err := rueidis.ParseURL(o.URL)
	if err != nil {
		return option, badURL(o.URL, err)
	}
	option.DisableCache = true
	option.AlwaysPipelining = true
	option.PipelineMultiplex = multiplex
	option.ReadBufferEachConn, option.WriteBufferEachConn = bufferBytes, bufferBytes
	option.Dialer.Timeout = o.Timeout
	option.ConnWriteTimeout = max(2*o.Timeout, time.Second)
	option.Dialer.KeepAlive = max(o.Timeout, time.Second)
	option.ForceSingleClient = true
	option.DisableRetry = true // see ask
	return option, nil
}

// badURL is the error of a URL. The library's words may hold a password; a url.Error's do.
func badURL(source string, err error) error {
	text := err.Error()
	if u, bad := url.Parse(source); bad != nil || u.User != nil {
		text = "redis://user:password@host:port/number"
	}
	return &cache.Error{Code: cache.CodeError, Tamil: "Redis இன் முகவரி தவறு", English: "this is no address of a Redis server", Text: text}
}

// ask sends a command, and waits no longer than the store's time for the answer. Where it
// does no harm, a command whose connection has turned out to be dead is sent once more. That
// there is nothing is no error here.
func ask[T any](ctx context.Context, s *Store, again tries, send func(context.Context, rueidis.Client) (T, error)) (out T, err error) {
	if !s.gate.Enter() {
		return out, keeper.Failure(cache.CodeUnavailable, "")
	}
	mine, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	for try := once; try <= again; try++ {
		var c rueidis.Client
		if c, err = s.connection.Get(mine); err != nil {
			break
		}
		if out, err = send(mine, c); rueidis.IsRedisNil(err) {
			err = nil
		}
		if _, said := rueidis.IsRedisErr(err); err == nil || said || mine.Err() != nil {
			break
		}
	}
	err = errorOf(ctx, err)
	if ctx.Err() == nil { // else nobody knows what the server would have said
		s.gate.Leave(cache.Down(err))
	}
	return out, err
}

// tries is how often a command may be sent.
type tries int

const (
	once  tries = 1
	twice tries = 2
)

func (s *Store) key(key string) string { return s.o.Prefix + key }

// Letters of the store's own keys: a program's begin with a Space.
const (
	tagKeys  = "t:" // the keys that were set with a tag
	ownKeys  = "u:" // the tags that a key was set with
	lockKeys = "k:"
	rateKeys = "g:"
)

// binaryMark is the first byte of an item that is no whole number.
const binaryMark = 1

func encode(it cache.Item) string {
	if it.Data == nil {
		if n, ok := it.Value.Decimal().Int64(); ok {
			return strconv.FormatInt(n, 10)
		}
	}
	b := make([]byte, 1, 11+len(it.Data))
	b[0] = binaryMark
	fresh := uint64(0)
	if !it.Fresh.IsZero() {
		fresh = uint64(it.Fresh.UnixMilli())
	}
	return rueidis.BinaryString(append(binary.AppendUvarint(b, fresh), it.Data...))
}

func decode(b []byte) (cache.Item, bool) {
	if len(b) > 0 && b[0] != binaryMark {
		n, err := strconv.ParseInt(rueidis.BinaryString(b), 10, 64)
		return cache.Item{Value: value.Number(decimal.FromInt(n))}, err == nil
	}
	if len(b) == 0 {
		return cache.Item{}, false
	}
	fresh, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return cache.Item{}, false
	}
	it := cache.Item{Data: b[1+n:]}
	if fresh > 0 {
		it.Fresh = time.UnixMilli(int64(fresh))
	}
	return it, true
}

// Get implements cache.Store.
func (s *Store) Get(ctx context.Context, key string) (cache.Item, bool, error) {
	b, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) ([]byte, error) {
		return c.Do(ctx, c.B().Get().Key(s.key(key)).Build()).AsBytes()
	})
	switch {
	case err != nil:
		return cache.Item{}, false, err
	case b == nil:
		s.misses.Add(1)
		return cache.Item{}, false, nil
	}
	it, ok := decode(b)
	if !ok {
		return it, false, &cache.Error{Code: cache.CodeValue, Tamil: "இந்தச் சாவியின் கீழ் வேறு யாரோ எழுதியது உள்ளது", English: "what stands under this key was written by somebody else"}
	}
	s.hits.Add(1)
	return it, true, nil
}

// millis is a time as Redis takes it, at least 1.
func millis(d time.Duration) int64 { return max(1, int64((d+time.Millisecond-1)/time.Millisecond)) }

// setTagged sets a key and enters it with its tags. A tag is a set of keys that lives as
// long as the longest of them, which is why a key knows its tags: see expire.
var setTagged = rueidis.NewLuaScript(`
local ttl = tonumber(ARGV[2])
if ttl > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', ttl) else redis.call('SET', KEYS[1], ARGV[1]) end
redis.call('UNLINK', KEYS[2])
for i = 3, #KEYS do
  local left = redis.call('PTTL', KEYS[i])
  redis.call('SADD', KEYS[i], KEYS[1])
  redis.call('SADD', KEYS[2], KEYS[i])
  if ttl == 0 then redis.call('PERSIST', KEYS[i])
  elseif left == -2 or (left >= 0 and left < ttl) then redis.call('PEXPIRE', KEYS[i], ttl) end
end
if ttl > 0 then redis.call('PEXPIRE', KEYS[2], ttl) end
return 1`)

// Set implements cache.Store.
func (s *Store) Set(ctx context.Context, key string, it cache.Item, o cache.Options) error {
	data := encode(it)
	_, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) (struct{}, error) {
		if len(o.Tags) > 0 {
			keys := []string{s.key(key), s.key(ownKeys + key)}
			for _, tag := range o.Tags {
				keys = append(keys, s.key(tagKeys+tag))
			}
			ttl := int64(0)
			if o.TTL > 0 {
				ttl = millis(o.TTL)
			}
			return struct{}{}, setTagged.Exec(ctx, c, keys, []string{data, strconv.FormatInt(ttl, 10)}).Error()
		}
		set := c.B().Set().Key(s.key(key)).Value(data)
		if o.TTL > 0 {
			return struct{}{}, c.Do(ctx, set.PxMilliseconds(millis(o.TTL)).Build()).Error()
		}
		return struct{}{}, c.Do(ctx, set.Build()).Error()
	})
	return err
}

// remove deletes a key and what it knew of its tags.
var remove = rueidis.NewLuaScript(`
redis.call('UNLINK', KEYS[2])
return redis.call('UNLINK', KEYS[1])`)

// Delete implements cache.Store.
func (s *Store) Delete(ctx context.Context, key string) (bool, error) {
	n, err := ask(ctx, s, once, func(ctx context.Context, c rueidis.Client) (int64, error) {
		return remove.Exec(ctx, c, []string{s.key(key), s.key(ownKeys + key)}, nil).AsInt64()
	})
	return n > 0, err
}

// add counts, and gives the number its time when it begins. The server's Lua has floating
// point: the answer is read again as text.
var add = rueidis.NewLuaScript(`
local new = redis.call('EXISTS', KEYS[1]) == 0
redis.call('INCRBY', KEYS[1], ARGV[1])
if new then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])`)

// Add implements cache.Store. It is never tried twice: nobody would know whether it was
// counted.
func (s *Store) Add(ctx context.Context, key string, by int64, ttl time.Duration) (int64, error) {
	return ask(ctx, s, once, func(ctx context.Context, c rueidis.Client) (int64, error) {
		if ttl > 0 {
			return add.Exec(ctx, c, []string{s.key(key)}, []string{strconv.FormatInt(by, 10), strconv.FormatInt(millis(ttl), 10)}).AsInt64()
		}
		return c.Do(ctx, c.B().Incrby().Key(s.key(key)).Increment(by).Build()).AsInt64()
	})
}

// expire gives a key its time, and its tags as much where they had less: a tag that ended before
// what it names could not delete it any more.
var expire = rueidis.NewLuaScript(`
local ttl = tonumber(ARGV[1])
if redis.call('PEXPIRE', KEYS[1], ttl) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[2], ttl)
for _, tag in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local left = redis.call('PTTL', tag)
  if left >= 0 and left < ttl then redis.call('PEXPIRE', tag, ttl) end
end
return 1`)

// Expire implements cache.Store. What was to be fresh for less stays so.
func (s *Store) Expire(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	n, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) (int64, error) {
		return expire.Exec(ctx, c, []string{s.key(key), s.key(ownKeys + key)}, []string{strconv.FormatInt(millis(ttl), 10)}).AsInt64()
	})
	return n > 0, err
}

// deleteTag deletes some of what a tag's set names, and them in it.
var deleteTag = rueidis.NewLuaScript(`
local keys = redis.call('SPOP', KEYS[1], ARGV[1])
local n = 0
for i = 1, #keys do
  n = n + redis.call('UNLINK', keys[i])
  redis.call('UNLINK', ARGV[2] .. string.sub(keys[i], tonumber(ARGV[3]) + 1))
end
return {n, #keys}`)

// tagStep is how many keys one step of DeleteTag deletes: the server does nothing else
// meanwhile.
const tagStep = 1000

// DeleteTag implements cache.Store. What is set with the tag meanwhile may be deleted too.
func (s *Store) DeleteTag(ctx context.Context, tag string) (int, error) {
	total := 0
	for {
		out, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) ([]int64, error) {
			return deleteTag.Exec(ctx, c, []string{s.key(tagKeys + tag)},
				[]string{strconv.Itoa(tagStep), s.key(ownKeys), strconv.Itoa(len(s.o.Prefix))}).AsIntSlice()
		})
		if err != nil {
			return total, err
		}
		total += int(out[0])
		if out[1] < tagStep {
			return total, nil
		}
	}
}

// lock takes a lock, or takes it again.
var lock = rueidis.NewLuaScript(`
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`)

// Lock implements cache.Store.
func (s *Store) Lock(ctx context.Context, name, token string, ttl time.Duration) (bool, error) {
	n, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) (int64, error) {
		return lock.Exec(ctx, c, []string{s.key(lockKeys + name)}, []string{token, strconv.FormatInt(millis(ttl), 10)}).AsInt64()
	})
	return n > 0, err
}

// unlock gives a lock up that is still the caller's.
var unlock = rueidis.NewLuaScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) end
return 0`)

// Unlock implements cache.Store.
func (s *Store) Unlock(ctx context.Context, name, token string) error {
	_, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) (int64, error) {
		return unlock.Exec(ctx, c, []string{s.key(lockKeys + name)}, []string{token}).AsInt64()
	})
	return err
}

// take keeps when a key will have all that it may have again, in microseconds by the server's
// clock: it answers how long to wait, 0 for not at all, and how long until there are all.
var take = rueidis.NewLuaScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)) + each
local wait = full - now - each * burst
if wait > 0 then return {math.ceil(wait), full - now - each} end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return {0, full - now}`)

// Take implements cache.Store.
func (s *Store) Take(ctx context.Context, key string, r cache.Rate) (cache.Turn, error) {
	each := max(1, r.Each().Microseconds())
	n, err := ask(ctx, s, once, func(ctx context.Context, c rueidis.Client) ([]int64, error) {
		return take.Exec(ctx, c, []string{s.key(rateKeys + key)}, []string{strconv.FormatInt(each, 10), strconv.Itoa(r.Burst)}).AsIntSlice()
	})
	if err != nil {
		return cache.Turn{}, err
	}
	return cache.Turn{Wait: time.Duration(n[0]) * time.Microsecond, Full: time.Duration(n[1]) * time.Microsecond}, nil
}

// Stats implements cache.Store.
func (s *Store) Stats() cache.Stats {
	return cache.Stats{Hits: s.hits.Load(), Misses: s.misses.Load(), Entries: -1, Bytes: -1}
}

// Check implements cache.Store.
func (s *Store) Check(ctx context.Context) error {
	_, err := ask(ctx, s, twice, func(ctx context.Context, c rueidis.Client) (struct{}, error) {
		return struct{}{}, c.Do(ctx, c.B().Ping().Build()).Error()
	})
	return err
}

// Close implements cache.Store.
func (s *Store) Close() error {
	s.connection.Close()
	return nil
}
