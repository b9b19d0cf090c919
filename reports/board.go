package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hourglass.dev/hourglass/store"
)

// Board is how a run stands at one moment.
type Board struct {
	Experiment string
	States     map[store.State]int
	Share      float64       // of the work, from 0 to 1
	Rate       float64       // examples that are trained on in a second; 0 where it is not known
	Left       time.Duration // 0 where it is not known
	Running    []RunningTrial
	Best       *Standing // nil before the first trial is done
}

// RunningTrial is a trial that is being trained.
type RunningTrial struct {
	ID            string
	Label         string
	Epoch, Epochs int // completed, and in all
	Share         float64
	Losses        []float64 // so far, in order
}

// Loss is the last loss, NaN where there is none.
func (t RunningTrial) Loss() float64 {
	if len(t.Losses) == 0 {
		return math.NaN()
	}
	return t.Losses[len(t.Losses)-1]
}

// Trials is how many there are.
func (b Board) Trials() int { return Status{States: b.States}.trials() }

// Ended is how many are at their end.
func (b Board) Ended() int { return Status{States: b.States}.final() }

// Summary tells in a line how far the run has come.
func (b Board) Summary() string {
	text := fmt.Sprintf("%s of %s done, %.0f %%", grouped(int64(b.Ended())), counted(b.Trials(), "trial"), 100*b.Share)
	if b.Rate > 0 {
		text += ", " + rate(b.Rate)
	}
	if b.Left > 0 {
		text += ", " + lasting(b.Left.Seconds()) + " left"
	}
	return text
}

func rate(perSecond float64) string { return grouped(int64(perSecond+0.5)) + " examples/s" }

// Paint puts text into a colour, by the number that terminals know it by.
type Paint func(colour, text string) string

// Colours of terminals.
const (
	noColour = ""
	bold     = "1"
	faint    = "2"
	red      = "31"
	green    = "32"
	yellow   = "33"
)

// stateColours are those in which states are counted.
var stateColours = map[store.State]string{
	store.Done: green, store.Running: bold, store.Waiting: faint, store.Diverged: yellow, store.Failed: red,
}

// piece is a part of a line, in a colour.
type piece struct{ colour, text string }

// Lines returns the board as lines for a terminal of that many columns and
// rows. No line is longer, and there are fewer lines than rows. A width or a height that is not
// positive, which some terminals report, counts as 80 or 24.
func (b Board) Lines(width, height int, paint Paint) []string {
	if width <= 0 {
		width = 80
	}
	if height <= 0 {
		height = 24
	}
	lines := [][]piece{b.head(width), b.tally()}
	if b.Best != nil {
		lines = append(lines, b.Best.pieces())
	}
	room := height - 1 - len(lines)
	shown := b.Running
	if len(shown) > room {
		shown = shown[:max(room-1, 0)]
	}
	lines = append(lines, rowsOf(shown, width)...)
	if more := len(b.Running) - len(shown); more > 0 && room > 0 {
		lines = append(lines, []piece{{faint, fmt.Sprintf("  and %d more", more)}})
	}
	lines = lines[:min(len(lines), max(height-1, 1))]
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = painted(line, width-1, paint) // a full line would break in some terminals
	}
	return out
}

// head is the line with the bar.
func (b Board) head(width int) []piece {
	line := []piece{{bold, b.Experiment + "  "}, {noColour, bar(b.Share, min(max(width/4, 10), 40))}, {noColour, fmt.Sprintf(" %3.0f %%", 100*b.Share)}}
	if b.Rate > 0 {
		line = append(line, piece{noColour, "  " + rate(b.Rate)})
	}
	if b.Left > 0 {
		line = append(line, piece{noColour, "  " + lasting(b.Left.Seconds()) + " left"})
	}
	return line
}

// bar draws a share in eighths of a character.
func bar(share float64, width int) string {
	eighths := int(min(max(share, 0), 1) * float64(8*width))
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return padded(text, width)
}

// tally counts the trials by state.
func (b Board) tally() []piece {
	var line []piece
	for _, state := range states {
		if n := b.States[state]; n > 0 {
			if len(line) > 0 {
				line = append(line, piece{noColour, "  "})
			}
			line = append(line, piece{stateColours[state], grouped(int64(n)) + " " + string(state)})
		}
	}
	return line
}

// rowsOf lays out the trials that are running, in a column less than the
// terminal has. In narrow ones the bar goes first, then the sparkline, then the
// end of the label; the loss stays whole.
func rowsOf(trials []RunningTrial, width int) [][]piece {
	label, epochs, spark, share := 0, 0, 8, 10
	for _, t := range trials {
		label = max(label, utf8.RuneCountInString(t.Label))
		epochs = max(epochs, len(t.progress()))
	}
	const loss = 9
	room := width - 1 - (2 + 2 + epochs + 2 + loss) // for the label, the bar and the sparkline
	least := min(label, 20)
	if room < least+2+share+2+spark {
		share = -2
	}
	if room < least+2+share+2+spark {
		spark = -2
	}
	label = max(min(label, room-2-share-2-spark), 1)
	if spark > 0 {
		spark = min(room-label-2-share-2, 32)
	}
	rows := make([][]piece, len(trials))
	for i, t := range trials {
		row := []piece{{noColour, "  " + padded(clipped(t.Label, label), label) + "  "}, {faint, fmt.Sprintf("%*s", epochs, t.progress())}}
		if share > 0 {
			row = append(row, piece{noColour, "  " + bar(t.Share, share)})
		}
		if spark > 0 {
			row = append(row, piece{green, "  " + padded(sparkline(t.Losses, spark), spark)})
		}
		text := "-"
		if v := t.Loss(); !math.IsNaN(v) {
			text = FormatNumber(v)
		}
		rows[i] = append(row, piece{noColour, fmt.Sprintf("  %*s", loss, text)})
	}
	return rows
}

func (t RunningTrial) progress() string {
	return "epoch " + strconv.Itoa(t.Epoch) + "/" + strconv.Itoa(t.Epochs)
}

// painted joins the pieces of a line, cut to a number of columns.
func painted(line []piece, width int, paint Paint) string {
	var out strings.Builder
	for _, p := range line {
		if width <= 0 {
			break
		}
		text := p.text
		if n := utf8.RuneCountInString(text); n > width {
			text = clipped(text, width)
		}
		width -= utf8.RuneCountInString(text)
		if p.colour == noColour || paint == nil {
			out.WriteString(text)
		} else {
			out.WriteString(paint(p.colour, text))
		}
	}
	return strings.TrimRight(out.String(), " ")
}
