package page

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"hourglass.dev/hourglass/reports"
)

// mostEmbedded is how many bytes of pictures the page carries. Others are
// beside it.
const mostEmbedded = 1_800_000

// media are the kinds of pictures that a page shows, with the ends of their
// files' names. SVG is not among them, as it can hold more than a picture.
var media = map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}

// fileOf returns the name of a picture's file, from the folder of the report.
func fileOf(p reports.Picture) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>| `, r) {
			return '-'
		}
		return r
	}, p.Name)
	return fmt.Sprintf("pictures/%.10s-%s%s", p.Trial, name, media[p.Media])
}

// embedded returns the pictures that the page carries, and what it says of
// those that it does not.
func embedded(all []reports.Picture) (shown []picture, leftOut string) {
	size, missing := 0, 0
	for _, p := range all {
		if media[p.Media] == "" {
			continue
		}
		if size+len(p.Data) > mostEmbedded {
			missing++
			continue
		}
		size += len(p.Data)
		source := "data:" + p.Media + ";base64," + base64.StdEncoding.EncodeToString(p.Data)
		shown = append(shown, picture{Title: p.Title, About: p.About, Command: p.Command, Source: template.URL(source)})
	}
	if missing > 0 {
		leftOut = fmt.Sprintf("%d more are in the folder pictures beside this page.", missing)
	}
	return shown, leftOut
}
