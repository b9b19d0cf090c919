package main

// allocation gives the values of a stretch their registers, from where they are set to where they are last named.
type allocation struct {
	last      map[vec]int // the instruction that names a value last
	registers map[vec]vector
	free      []vector
}

func (s *simd) allocation() *allocation {
	a := &allocation{last: map[vec]int{}, registers: map[vec]vector{}}
	for i, in := range s.code {
		a.last[in.to] = i
		for _, v := range in.from {
			a.last[v] = i
		}
	}
	for v := range vector(physical - s.kept) {
		a.free = append(a.free, v)
	}
	return a
}

// ends tells whether v is a value, and not used beyond instruction i.
func (a *allocation) ends(v vec, i int) bool { return v >= physical && a.last[v] == i }

// take finds a register for v, unless it has one.
func (a *allocation) take(v vec) {
	if _, has := a.registers[v]; v >= physical && !has {
		a.registers[v], a.free = a.free[0], a.free[1:]
	}
}

func (a *allocation) register(v vec) vector {
	if v < physical {
		return vector(v)
	}
	return a.registers[v]
}
