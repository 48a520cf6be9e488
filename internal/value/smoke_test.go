package value

import "testing"

func TestSmoke(t *testing.T) {
	var pool Pool
	h := NewHeap(&pool, 0)
	v, err := h.ReadJSON(`{"b":[1,2.50,"x\n",{"க":"கொ"}],"a":null}`, JSONDepth)
	if err != nil {
		t.Fatal(err)
	}
	roots := []Value{v}
	h.Collect(roots)
	v = h.ToJSON(&roots[0])
	if got, want := v.Str(), `{"a":null,"b":[1,2.50,"x\n",{"க":"கொ"}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	v = h.ToText(&roots[0])
	if got, want := v.Str(), "{a: nil, b: [1, 2.5, x\n, {க: கொ}]}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
