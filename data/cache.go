package data

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

var cache struct {
	sync.Mutex
	dir string
}

// UseCache sets the folder that named data sets are kept in.
func UseCache(dir string) {
	cache.Lock()
	defer cache.Unlock()
	cache.dir = dir
}

// cacheDir is the folder that named data sets are kept in, each in a folder of
// its own: what [UseCache] set, or else hourglass in the user's cache folder.
func cacheDir() (string, error) {
	cache.Lock()
	defer cache.Unlock()
	if cache.dir != "" {
		return cache.dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder to keep data sets in: %w", err)
	}
	return filepath.Join(dir, "hourglass"), nil
}
