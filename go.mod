module hourglass.dev/hourglass

go 1.26
