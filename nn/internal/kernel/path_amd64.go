package kernel

import (
	"strings"

	"golang.org/x/sys/cpu"
)

// paths holds every path of this architecture, the fastest first. Package cpu reports a feature only where the operating
// system saves its registers too.
var paths = []*path{
	{
		name:    "avx512",
		product: tilingAVX512.product,
		peak:    peakAVX512, peakWidth: 24 * 16,
		elementwise: &elementwiseAVX512,
		scatter:     scatterAVX512,
		pooling:     &poolingAVX512,
		lanes:       &lanesAVX512,
		missing: lacking(
			feature{"AVX-512F", cpu.X86.HasAVX512F}, feature{"AVX-512DQ", cpu.X86.HasAVX512DQ},
			feature{"AVX-512BW", cpu.X86.HasAVX512BW}, feature{"AVX-512VL", cpu.X86.HasAVX512VL},
			feature{"AVX2", cpu.X86.HasAVX2}, feature{"FMA", cpu.X86.HasFMA}, feature{"BMI2", cpu.X86.HasBMI2},
		),
	},
	{
		name:    "avx2",
		product: tilingAVX2.product,
		peak:    peakAVX2, peakWidth: 12 * 8,
		elementwise: &elementwiseAVX2,
		scatter:     scatterAVX2,
		pooling:     &poolingAVX2,
		lanes:       &lanesAVX2,
		missing: lacking(
			feature{"AVX2", cpu.X86.HasAVX2}, feature{"FMA", cpu.X86.HasFMA}, feature{"BMI2", cpu.X86.HasBMI2},
		),
	},
	&generic,
}

// feature is an extension of the instruction set.
type feature struct {
	name string
	has  bool
}

// lacking returns the names of the features that this machine does not have.
func lacking(wanted ...feature) string {
	var names []string
	for _, f := range wanted {
		if !f.has {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ", ")
}
