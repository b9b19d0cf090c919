package main

import (
	"errors"
	"testing"

	"hourglass.dev/hourglass/experiments"
)

// The weights and biases of the nets, counted by hand from their node counts;
// PyTorch's are held to the same at each measurement.
var parameters = map[string]int{
	"small":       2*784*128 + 2*128*32 + 128 + 32 + 128 + 784,
	"mlp":         2*(784*512+512*256+256*32) + 2*(512+256) + 32 + 784,
	"deep":        2*(784*1000+1000*500+500*250+250*30) + 2*(1000+500+250) + 30 + 784,
	"vae":         784*400 + 400*40 + 20*400 + 400*784 + 400 + 40 + 400 + 784,
	"sparse":      2*784*196 + 196 + 784,
	"contractive": 2*784*1000 + 1000 + 784,
	"conv":        9*(1*16+16*8+8*8+8*8+8*16+16*1) + 16 + 8 + 8 + 8 + 16 + 1,
	"recurrent":   4*(100*(28+100+1)+30*(100+30+1)+100*(30+100+1)) + 28*100 + 28,
}

func TestNets(t *testing.T) {
	t.Chdir("..")
	for _, name := range names {
		n, err := loadNet(name)
		var missing experiments.Problems
		if errors.As(err, &missing) {
			t.Logf("%s: %v", name, missing[0].Message)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n.size.Parameters != parameters[name] {
			t.Errorf("%s has %d parameters, want %d", name, n.size.Parameters, parameters[name])
		}
		batch := 128
		if name == "recurrent" {
			batch = 32
		}
		if n.batch != batch || n.x.Cols != 784 {
			t.Errorf("%s trains on batches of %d × %d, want %d × 784", name, n.batch, n.x.Cols, batch)
		}
	}
}

func TestMedian(t *testing.T) {
	if got := median([]float64{3, 1, 2}); got != 2 {
		t.Errorf("median of 3, 1, 2 is %g", got)
	}
	if got := median([]float64{4, 1, 2, 3}); got != 2.5 {
		t.Errorf("median of 4, 1, 2, 3 is %g", got)
	}
}
