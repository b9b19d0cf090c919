package data

import (
	"bytes"
	"slices"
	"testing"
)

func TestNPYHeadersAreReadAsWritten(t *testing.T) {
	for _, dims := range [][]int{{3}, {2, 1}, {2, 3, 4, 1}} {
		header := npyHeader{dims: dims}
		file := append(NPYHeader("<f4", dims), make([]byte, 4*header.size())...)
		array, err := openNpy(bytes.NewReader(file), int64(len(file)))
		if err != nil || len(file) != npyHeaderSize+4*header.size() || !slices.Equal(array.dims, dims) || array.kind != "f4" || array.fortran {
			t.Errorf("%v: read %+v, %v", dims, array, err)
		}
	}
}
