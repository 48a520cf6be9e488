package cache

import (
	"context"
	"errors"

	"etamil/internal/cache"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// item is a program's value as the store keeps it. Whole numbers stay numbers, so that they
// can be counted on, unless a date is to stand beside them.
func (s *Service) item(f *vm.Fiber, v *value.Value, dated bool) (cache.Item, error) {
	if v.IsInt() && (s.local != nil || !dated) {
		return cache.Item{Value: *v}, nil
	}
	data, reason := value.AppendBinary(nil, v, s.opts.ValueLimit)
	switch reason {
	case value.BinaryKind:
		return cache.Item{}, host.Raise(cache.CodeValue, "செயல், கைப்பிடி, பிழை ஆகியவற்றைத் தற்காலிகத்தில் வைக்க முடியாது", "a function, a handle or an error can't be kept in the cache")
	case value.BinaryDeep:
		return cache.Item{}, host.Raise(cache.CodeValue, "மதிப்பு மிக ஆழமானது", "the value is nested too deeply for the cache")
	case value.BinaryLarge:
		return cache.Item{}, errorOf(cache.TooLarge())
	}
	if s.local == nil {
		return cache.Item{Data: data}, nil
	}
	kept := *v
	if reason == value.BinaryShaped { // no store knows shapes
		var err error
		if kept, err = f.Heap().ReadBinary(data); err != nil {
			return cache.Item{}, vm.Fail(diag.RunOutOfMemory)
		}
	}
	frozen, memory := value.Freeze(kept)
	return cache.Item{Value: frozen, Memory: memory}, nil
}

// give is what an item is to a program. In memory it is not copied, unless the fiber holds
// very much of the cache already.
func give(f *vm.Fiber, it *cache.Item) (value.Value, error) {
	switch {
	case it.Data != nil:
		v, err := f.Heap().ReadBinary(it.Data)
		if err != nil {
			return value.Nil, host.Raise(cache.CodeValue, "இந்தச் சாவியின் கீழ் வேறு யாரோ எழுதியது உள்ளது", "what stands under this key was written by somebody else")
		}
		return v, nil
	case !it.Value.IsRef() || f.Pin(it.Memory):
		return it.Value, nil
	}
	return f.Heap().DeepCopy(it.Value, nil), nil
}

// errorOf makes of a store's error the one that programs see.
func errorOf(err error) error {
	if err == nil {
		return nil // before what follows makes anything
	}
	var known *vm.Error
	var e *cache.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &e):
		english := e.English
		if e.Text != "" {
			english += ": " + host.Valid(e.Text)
		}
		return host.Raise(e.Code, e.Tamil, english)
	case errors.Is(err, context.DeadlineExceeded):
		return host.Raise(cache.CodeTimeout, "தற்காலிகம் உரிய நேரத்தில் விடை தரவில்லை", "the cache took too long")
	case errors.Is(err, context.Canceled):
		return vm.Fail(diag.RunCancelled)
	}
	return host.Raise(cache.CodeError, "தற்காலிகத்தின் பிழை", "cache error: "+host.Valid(err.Error()))
}
