package data

import (
	"fmt"
	"strings"
)

// npyHeaderSize is that of the headers that are written, whatever they say, so
// that a number of examples can be filled in when it is known.
const npyHeaderSize = 128

// NPYHeader returns the beginning of a file in NumPy's format, version 1: an
// array of these dimensions in the order of C. descr is the type of an element,
// such as <f4. It has 128 bytes whatever the dimensions are.
func NPYHeader(descr string, dims []int) []byte {
	words := make([]string, len(dims))
	for i, n := range dims {
		words[i] = fmt.Sprint(n)
	}
	shape := strings.Join(words, ", ")
	if len(dims) == 1 {
		shape += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape)
	length := npyHeaderSize - 10
	text += strings.Repeat(" ", length-1-len(text)) + "\n"
	return append([]byte{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, byte(length), byte(length >> 8)}, text...)
}
