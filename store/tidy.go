package store

// Tidy gives space back that checkpoints of ended trainings took, once it is
// worth the work: where more than half of the file is free, and more than 8 MB.
func (s *Store) Tidy() error {
	if s.readOnly {
		return &Error{File: s.path, Doing: "free space", Reason: ErrReadOnly}
	}
	var free, pages, size int64
	for pragma, value := range map[string]*int64{"freelist_count": &free, "page_count": &pages, "page_size": &size} {
		if err := s.writer.QueryRow("PRAGMA " + pragma).Scan(value); err != nil {
			return explain(s.path, "free space", err)
		}
	}
	if 2*free < pages || free*size < leastTidied {
		return nil
	}
	_, err := s.writer.Exec("VACUUM")
	return explain(s.path, "free space", err)
}

// leastTidied is the number of free bytes below which a store is left as it is.
const leastTidied = 8 << 20
