package regalloc

import (
	"fmt"
	"strings"

	"etamil/internal/ir"
)

// String returns f with the register of each value behind it, and how large the
// window is: what `etamil dis --stage=regs` prints.
func (a *Assignment) String(f *ir.Func) string {
	var w strings.Builder
	fmt.Fprintf(&w, "func %d %q registers=%d {\n", f.Index, f.Name, a.Regs)
	for _, b := range f.Blocks {
		fmt.Fprintf(&w, "b%d(", b.ID)
		for i, p := range b.Params {
			if i > 0 {
				w.WriteString(", ")
			}
			fmt.Fprintf(&w, "v%d=R%d", p.ID, a.Reg(p))
		}
		w.WriteString("):\n")
		for _, v := range b.Instrs {
			note := ""
			switch {
			case Const(v):
				note = "where it is used"
			case a.Sel.Fused(v):
				note = "in the branch"
				if v.Op == ir.OpGetField || v.Op == ir.OpAdd || v.Op == ir.OpSub {
					note = "in the setfield"
				}
			case a.Has(v):
				note = fmt.Sprintf("R%d", a.Reg(v))
			}
			if base, ok := a.base[v.ID]; ok {
				note += fmt.Sprintf(", window from R%d", base)
			}
			fmt.Fprintf(&w, "\t%-40s ; %s\n", v.Long(), note)
		}
		w.WriteString("\t" + b.Term.String() + "\n")
	}
	w.WriteString("}\n")
	return w.String()
}
