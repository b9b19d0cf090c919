// Package runner takes trials from waiting to done: it loads each data set
// once, trains on a few workers at a time, measures the result and records it
// in the store.
package runner
