package data

import (
	"context"

	"hourglass.dev/hourglass/registry"
)

// FashionMNIST is the kind fashion-mnist: the 60,000 training and 10,000 test
// pictures of clothes by Xiao, Rasul and Vollgraf, Fashion-MNIST: a novel image
// dataset for benchmarking machine learning algorithms, 2017, arXiv:1708.07747.
// A pixel is its byte divided by 255, in float32.
type FashionMNIST struct {
	Validation int    `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split      string `default:"last" enum:"last|random" doc:"random shuffles the training examples first"`
	SplitSeed  int    `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal     []int  `optional:"yes" range:"[0, 9]" doc:"classes, by number, that are trained on and validated with; the test split keeps all"`
	TrainLimit int    `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit  int    `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[FashionMNIST](sources, "fashion-mnist", "pictures of clothes, 28×28, 60,000 to train on and 10,000 to test on")
}

// fashionFiles are in the system's folder where Debian's package
// dataset-fashion-mnist is installed. The sums are those of the files that
// Zalando published, unpacked; Debian's are packed anew.
var fashionFiles = collection{
	name: "fashion-mnist", title: "Fashion-MNIST", size: "31 MB",
	files: idxFiles(
		"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
		"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
		"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
		"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
	origins: []origin{
		folderOrigin("/usr/share/datasets/fashion-mnist"),
		urlOrigin("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion"),
		urlOrigin("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"),
	},
	hint: "on Debian and Ubuntu, apt install dataset-fashion-mnist is enough",
}

var fashionMNIST = named{
	facts: Facts{
		Name:    "fashion-mnist",
		Summary: "articles of clothing from a shop, grey on black",
		Origin:  "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, 2017",
		Licence: "MIT",
		Shape:   pictures(28, 28), Low: 0, High: 1,
		Train: 60000, Test: 10000,
		Classes: []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
	},
	trainCounts: []int{6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000},
	fingerprint: fashionFiles.fingerprint(),
	files:       &fashionFiles,
	read:        fashionFiles.readPictures,
}

func (f *FashionMNIST) split() split {
	return split{
		random: f.Split == "random", seed: f.SplitSeed, validation: f.Validation,
		classes: classIndices(f.Normal), trainLimit: f.TrainLimit, testLimit: f.TestLimit,
	}
}

// Load implements [Source].
func (f *FashionMNIST) Load(ctx context.Context, _ string, report func(string)) (*Set, error) {
	return fashionMNIST.load(ctx, f.split(), report)
}

// Fingerprint implements [Source].
func (f *FashionMNIST) Fingerprint(string) (string, error) {
	return digest(fashionMNIST.fingerprint...), nil
}

// Describe implements [Source].
func (f *FashionMNIST) Describe(string) (Facts, error) { return fashionMNIST.describe(f.split()) }

// Normalise implements [registry.Normaliser].
func (f *FashionMNIST) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return fashionMNIST.normalise(resolved, given)
}
