// Package data holds the data sets that autoencoders are trained and measured
// on: the parts of the role "data".
//
// # Conventions
//
// A [Set] has one example a row, as float32, and is held in memory once: its
// splits are views of the same rows. MNIST takes 70,000 · 784 · 4 bytes, 220 MB.
// A table that is scaled, and every CSV file, is held as float64 too while it is
// read. Pictures lie in [0, 1]. Windows of a series are copies of their steps.
//
// Every kind cuts its examples in the same order:
//
//  1. with `split: random` the rows of the training file are shuffled, by a
//     permutation that depends on `split_seed` and on their number alone;
//  2. where the test examples come out of the same file, its last rows are
//     taken for that;
//  3. `normal` leaves only the training rows of those classes, while
//     the test split stays whole;
//  4. `train_limit` leaves only the first of them;
//  5. the last `validation` rows of what is left are the validation split, and
//     the rest is trained on.
//
// `test_limit` leaves only the first test examples. What is computed from data
// (means, ranges) is computed from the training split alone. The kind series
// differs: it never shuffles, and keeps windows of different splits apart.
//
// # Data that are made up
//
// A generator says in its doc comment how each number comes about, so that
// anyone can rebuild it, and hands on the factors that it drew, the Factors of a [Set].
// Random numbers are those of package nn, a function of seed, part and position;
// sine and cosine are nn's too, products are rounded before they are added: the
// same bits on every machine. More examples begin with the same ones.
//
// # Files
//
// Data sets with a name are fetched once into the cache folder of the
// account, or what [UseCache] names, whole or not at all, and are checked against the SHA-256 of their
// unpacked content at every reading, so that a copy that was packed again is
// as good as the original one. Nothing else reads the network.
package data
