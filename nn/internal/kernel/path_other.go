//go:build !amd64 && !arm64

package kernel

// paths holds every path of this architecture, the fastest first.
var paths = []*path{&generic}
