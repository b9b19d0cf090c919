//go:build !amd64

package kernel

// paths holds every path of this architecture, the fastest first.
var paths = []*path{&generic}
