package experiments

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// document parses the text, which must hold one YAML document, and returns its
// root, or nil.
func (r *reader) document(text []byte) *yaml.Node {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		r.reportEncoding(text)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		r.report(r.file.span(1, 1, 1), "a spec needs at least version, data and model", "the file is empty")
		return nil
	} else if err != nil {
		r.reportSyntax(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		r.report(r.documentStart(second.Line), "put it into a file of its own", "a second document begins here, and a spec is one document")
	} else if !errors.Is(err, io.EOF) {
		r.reportSyntax(err)
	}
	return first.Content[0]
}

func (r *reader) reportEncoding(text []byte) {
	valid := 0
	for valid < len(text) {
		c, size := utf8.DecodeRune(text[valid:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	lines := splitLines(string(text[:valid]))
	at := r.file.span(len(lines), utf8.RuneCountInString(lines[len(lines)-1])+1, 1)
	r.report(at, "save it as UTF-8", "the text is not UTF-8: byte 0x%02x", text[valid])
}

// documentStart finds the --- at or above a line.
func (r *reader) documentStart(line int) span {
	for i := min(line, len(r.file.lines)); i > 0; i-- {
		if strings.HasPrefix(r.file.lines[i-1], "---") {
			return r.file.span(i, 1, 3)
		}
	}
	return r.file.span(line, 1, 1)
}

var (
	syntaxLine    = regexp.MustCompile(`^line (\d+): `)
	parserError   = regexp.MustCompile(`^did not find expected (key|'-' indicator|'[,}\]]'|node content|<)`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced`)
)

// reportSyntax notes what the YAML parser found. Tabs are told apart, since
// its words for them help nobody.
func (r *reader) reportSyntax(err error) {
	if r.reportTabs() {
		return
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if match := syntaxLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = message[len(match[0]):]
		if parserError.MatchString(message) {
			line++ // the parser's lines count from 0, the scanner's from 1
		}
	}
	column := 1
	if match := unknownAnchor.FindStringSubmatch(message); match != nil {
		line, column = r.find("*" + match[1])
		message = aliasMessage("*" + match[1])
	}
	if !strings.HasPrefix(message, "the alias") {
		message = "this is not YAML: " + message
	}
	at := r.file.span(line, column, 1)
	if text := at.source.lines[at.line-1]; column == 1 {
		start := len(text) - len(strings.TrimLeft(text, " "))
		at = r.file.span(line, start+1, utf8.RuneCountInString(strings.TrimSpace(text)))
	}
	r.report(at, "", "%s", message)
}

// find returns the line and column where a text first stands.
func (r *reader) find(text string) (line, column int) {
	for i, l := range r.file.lines {
		if at := strings.Index(l, text); at >= 0 {
			return i + 1, utf8.RuneCountInString(l[:at]) + 1
		}
	}
	return 1, 1
}

// reportTabs notes every tab among the spaces that a line begins with.
func (r *reader) reportTabs() bool {
	found := false
	for i, line := range r.file.lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if tab := strings.IndexByte(indent, '\t'); tab >= 0 && strings.TrimSpace(line) != "" {
			r.report(r.file.span(i+1, tab+1, 1), "indent with spaces", "a tab cannot indent in YAML")
			found = true
		}
	}
	return found
}
