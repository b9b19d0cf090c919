package store

import (
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// Migrations are numbered files, 0001_initial.sql and so on. Each lifts the
// schema by one version in one immediate transaction, which also sets
// PRAGMA user_version; a file that was released never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// application is what PRAGMA application_id says of a store: "HrGS".
const application = 0x48724753

// scripts returns the migrations in order: scripts()[i] leads to version i+1.
func scripts() []string {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		panic("store: " + err.Error())
	}
	texts := make([]string, len(names))
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("migrations/%04d_", i+1)) {
			panic("store: migration " + name + " is out of order")
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			panic("store: " + err.Error())
		}
		texts[i] = string(text)
	}
	return texts
}

// querier is a connection, a transaction or a pool of connections.
type querier interface {
	QueryRow(query string, args ...any) *sql.Row
}

// schemaOf returns the schema version of a store, 0 of an empty database, and
// an error where the database belongs to another program, or to a version of
// this one that knows schemas beyond newest.
func schemaOf(q querier, newest int) (int, error) {
	var id, version, tables int
	const query = `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)`
	if err := q.QueryRow(query).Scan(&id, &version, &tables); err != nil {
		return 0, err
	}
	if id != application && (tables > 0 || id != 0 || version != 0) {
		return 0, ErrNotStore
	}
	if version > newest {
		return version, &newerError{found: version, known: newest}
	}
	return version, nil
}

// newerError is the error of a store that a later version of the program wrote.
type newerError struct{ found, known int }

func (e *newerError) Error() string {
	return fmt.Sprintf("the store has schema version %d, this program knows versions up to %d", e.found, e.known)
}

func (e *newerError) Unwrap() error { return ErrNewer }

// migrate brings the database to the schema version of the last script. Programs that
// open an old store at the same time wait for each other: the version is read
// inside each transaction.
func migrate(db *sql.DB, all []string) error {
	for {
		version, err := lift(db, all)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		if version == len(all) {
			return nil
		}
	}
}

// lift runs the next migration, if there is one, and returns the version after it.
func lift(db *sql.DB, all []string) (int, error) {
	tx, err := db.Begin()
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	version, err := schemaOf(tx, len(all))
	if err != nil || version == len(all) {
		return version, err
	}
	if _, err := tx.Exec(all[version]); err != nil {
		return version, fmt.Errorf("to schema version %d: %w", version+1, err)
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
		return version, err
	}
	return version + 1, tx.Commit()
}
