package reports

import "maps"

func init() {
	maps.Copy(directions, map[string]Direction{ // of what evaluations measure
		"knn_probe":       Higher,
		"linear_probe":    Higher,
		"kmeans_accuracy": Higher,
		"kmeans_nmi":      Higher,
		"mig":             Higher,
		"log_likelihood":  Higher,
		"elbo":            Higher,
		"psnr_gain":       Higher,
		"ssim_gain":       Higher,
		"pca_alignment":   Higher,

		"false_positive_rate": Lower,
		"two_sample_accuracy": Lower, // one half where samples cannot be told from examples
		"squared_mmd":         Lower, // of samples
		"pca_distance":        Lower,

		"effective_rank": Neither,
		"threshold":      Neither,
		"jacobian":       Neither, // of the same directions for all examples, as it was once
		"jacobian_norm":  Neither,
		"memorising":     Neither,
	})
}
