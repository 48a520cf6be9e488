package ir

// infos has one row for each Op.
var infos = [NumOps]Info{
	OpInvalid:       {"invalid", 0, 0, 0, 0, 0},
	OpParam:         {"param", 0, 0, 0, TAny | TUndef, 0},
	OpConst:         {"const", 0, 0, 0, TAny | TUndef, 0},
	OpHold:          {"hold", 1, 1, 0, TAny | TUndef, 0},
	OpCapture:       {"capture", 0, 0, 0, TAny, 0},
	OpCheck:         {"check", 1, 1, CanTrap, TAny, 1},
	OpGetGlobal:     {"getglobal", 0, 0, CanTrap | ReadsMem, TAny, 0},
	OpSetGlobal:     {"setglobal", 1, 1, WritesMem, 0, 1},
	OpGetWindow:     {"getwindow", 0, 0, CanTrap | ReadsMem, TAny, 0},
	OpSetWindow:     {"setwindow", 1, 1, WritesMem, 0, 1},
	OpOrGlobal:      {"orglobal", 1, 1, CanTrap | ReadsMem, TAny, 1},
	OpOrWindow:      {"orwindow", 1, 1, CanTrap | ReadsMem, TAny, 1},
	OpGlobalOrUndef: {"globalorundef", 0, 0, ReadsMem, TAny | TUndef, 0},
	OpWindowOrUndef: {"windoworundef", 0, 0, ReadsMem, TAny | TUndef, 0},
	OpIsSet:         {"isset", 1, 1, 0, TBool, 0},
	OpIsFunc:        {"isfunc", 1, 1, 0, TBool, 0},
	OpNilIfUndef:    {"nilifundef", 1, 1, 0, TAny, 1},
	OpSlotGet:       {"slotget", 0, 0, ReadsMem, TAny | TUndef, 0},
	OpSlotSet:       {"slotset", 1, 1, WritesMem, 0, 1},
	OpAdd:           {"add", 2, 2, CanTrap, TNumber, 0},
	OpSub:           {"sub", 2, 2, CanTrap, TNumber, 0},
	OpMul:           {"mul", 2, 2, CanTrap, TNumber, 0},
	OpDiv:           {"div", 2, 2, CanTrap, TNumber, 0},
	OpMod:           {"mod", 2, 2, CanTrap, TNumber, 0},
	OpIDiv:          {"idiv", 2, 2, CanTrap, TNumber, 0},
	OpNeg:           {"neg", 1, 1, 0, TNumber, 0},
	OpConcat:        {"concat", 2, -1, CanTrap | Allocates, TText, 0},
	OpEq:            {"eq", 2, 2, 0, TBool, 0},
	OpNe:            {"ne", 2, 2, 0, TBool, 0},
	OpLt:            {"lt", 2, 2, 0, TBool, 0},
	OpLe:            {"le", 2, 2, 0, TBool, 0},
	OpGt:            {"gt", 2, 2, 0, TBool, 0},
	OpGe:            {"ge", 2, 2, 0, TBool, 0},
	OpNot:           {"not", 1, 1, 0, TBool, 0},
	OpTruth:         {"truth", 1, 1, 0, TBool, 0},
	OpList:          {"list", 0, -1, Allocates, TList, 0xff},
	OpRecord:        {"record", 0, -1, Allocates, TRecord, 0xff},
	OpShapeRecord:   {"shaperecord", 0, -1, CanTrap | Allocates, TRecord, 0xff},
	OpToShape:       {"toshape", 1, 1, Allocates, TResult, 1},
	OpFail:          {"fail", 0, 0, CanTrap | WritesMem, 0, 0},
	OpSpreadList:    {"spreadlist", 2, 2, CanTrap | Allocates, TList, 0b1},
	OpSpreadRecord:  {"spreadrecord", 2, 2, CanTrap | Allocates, TRecord, 0b1},
	OpGetIndex:      {"getindex", 2, 2, CanTrap, TAny, 0},
	OpSetIndex:      {"setindex", 3, 3, CanTrap | Allocates, TList | TRecord, 0b101},
	OpGetField:      {"getfield", 1, 1, CanTrap, TAny, 0},
	OpSetField:      {"setfield", 2, 2, CanTrap | Allocates, TRecord, 0b11},
	OpOwnIndex:      {"ownindex", 2, 2, CanTrap | Allocates, TList | TRecord, 0b1},
	OpOwnField:      {"ownfield", 1, 1, CanTrap | Allocates, TRecord, 0b1},
	OpGetOwned:      {"getowned", 2, 2, CanTrap, TAny, 0},
	OpGetOwnedField: {"getownedfield", 1, 1, CanTrap, TAny, 0},
	OpAppend:        {"append", 2, 2, CanTrap | Allocates, TList, 0b11},
	OpLen:           {"len", 1, 1, CanTrap, TNumber, 0},
	OpClosure:       {"closure", 0, -1, Allocates, TFunc, 0xff},
	OpCall:          {"call", 0, -1, CanTrap | ReadsMem | WritesMem | Allocates, TAny, 0xff},
	OpCallValue:     {"callvalue", 1, -1, CanTrap | ReadsMem | WritesMem | Allocates, TAny, 0xfe},
	OpCallMember:    {"callmember", 1, -1, CanTrap | ReadsMem | WritesMem | Allocates, TAny, 0xff},
	OpBuiltin:       {"builtin", 0, -1, CanTrap | ReadsMem | WritesMem | Allocates, TAny, 0},
	OpTry:           {"try", 1, 1, CanTrap, TAny, 1},
	OpTryThrow:      {"trythrow", 1, 1, CanTrap, TAny, 1},
	OpOk:            {"ok", 1, 1, Allocates, TResult, 1},
	OpErr:           {"err", 1, 1, Allocates, TResult, 1},
	OpIter:          {"iter", 1, 1, CanTrap | Allocates, TOther, 1},
}

// Info returns what is known of op.
func (op Op) Info() *Info { return &infos[op] }

// String returns the name of op as it is printed.
func (op Op) String() string { return infos[op].Name }

// Consumes reports whether operand i of v gets a second owner through v: it, or
// what it holds, goes into the result or into memory.
func (v *Value) Consumes(i int) bool {
	if v.Op == OpBuiltin {
		return i == 0 && v.Spec != nil && v.Spec.Takes
	}
	return infos[v.Op].Consumes>>min(i, 7)&1 != 0
}

// Borrows reports whether the result of v is held by something else as well
// (a container, a global, a caller), so that a change of it must be preceded
// by a mark. A builtin's result is its caller's: a native marks what it keeps
// or passes on; and so is what a result held: the machine marks it, unless
// nobody else had the result.
func (v *Value) Borrows() bool {
	switch v.Op {
	case OpConst, OpCapture, OpGetGlobal, OpGetWindow, OpGlobalOrUndef, OpWindowOrUndef,
		OpSlotGet, OpGetIndex, OpGetField, OpCheck, OpOrGlobal, OpOrWindow, OpNilIfUndef:
		return true
	case OpParam:
		return v.given()
	}
	return false
}

// given reports whether a block parameter is given by an iterator, which goes
// on holding it, or by an error.
func (v *Value) given() bool {
	for _, p := range v.Block.Preds {
		t := &p.Term
		if t.Kind != TermNext && t.Kind != TermTry {
			continue
		}
		for _, e := range t.Succs {
			if e.To != v.Block {
				continue
			}
			for _, q := range v.Block.Params[:len(v.Block.Params)-len(e.Args)] {
				if q == v {
					return true
				}
			}
		}
	}
	return false
}

// Effect returns what the passes may assume of v.
func (v *Value) Effect() Effect {
	e := infos[v.Op].Effect
	switch v.Op {
	case OpBuiltin:
		if v.Spec != nil {
			e = CanTrap | Allocates
			switch v.Spec.Effect {
			case 0: // Pure
			case 1: // Reads
				e |= ReadsMem
			default:
				e |= ReadsMem | WritesMem
			}
		}
	}
	return e
}
