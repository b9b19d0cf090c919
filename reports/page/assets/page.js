"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("data").textContent);
  const byName = new Map(charts.map((c) => [c.Name, c]));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const palettes = {
    light: ["#0b66b2", "#c2500a", "#0a7d5a", "#a8457f", "#946c00", "#5b4fb5", "#2b8ea8", "#8a3b3b", "#56722c", "#6a6f78", "#b03070", "#3a5f8a"],
    dark: ["#6cb6ff", "#ff9e64", "#5fd0a5", "#e79ac6", "#e3c15a", "#b3a7ff", "#74d3e8", "#e59a9a", "#b2d071", "#b4bbc4", "#ff8fbf", "#9dbde4"],
  };
  const inks = {
    light: { ink: "#1b1f24", quiet: "#57606a", rule: "#d5dae0", paper: "#ffffff", ground: "#ffffff", baseline: "#3c434b" },
    dark: { ink: "#e4e8ec", quiet: "#9aa5b1", rule: "#363d45", paper: "#1d2127", ground: "#14171b", baseline: "#c3cad2" },
  };
  const ramp = { light: ["#08306b", "#2c7fb8", "#7fcdbb", "#d9c75c"], dark: ["#3b76d6", "#48b3c4", "#8fd6a0", "#f0dd7a"] };
  const symbols = ["circle", "rect", "triangle", "diamond"];
  const live = new Map();
  let printing = false;

  const theme = () => (dark.matches && !printing ? "dark" : "light");
  const show = (v) => (v === null || v === undefined ? "" : String(Number(Number(v).toPrecision(5))));

  // decades are round places on a logarithmic axis, or those of the points where these are few.
  function decades(least, most, places) {
    if (places.length > 0 && places.length <= 9) return places;
    const steps = most / least > 1e4 ? [1] : most / least < 6 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5];
    const values = [];
    for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
      for (const step of steps) {
        const v = step * 10 ** power;
        if (v >= least && v <= most) values.push(v);
      }
    }
    return values;
  }

  // onLog bounds a logarithmic axis by its points, not by powers of ten.
  function onLog(values, places) {
    const pad = (Math.max(...values) / Math.min(...values)) ** 0.04;
    const min = Math.min(...values) / pad, max = Math.max(...values) * pad;
    return { min, max, customValues: decades(min, max, places) };
  }

  function axisOf(axis, ink, across, narrow, log) {
    const named = axis.Names && axis.Names.length > 0;
    const customValues = log && log.customValues, ends = axis.Label === "epoch" || axis.Label === "step";
    return {
      type: named ? "category" : axis.Log ? "log" : "value",
      data: named ? axis.Names : undefined,
      name: axis.Label,
      nameLocation: across ? "middle" : "end",
      nameGap: across ? 28 : 12,
      nameTextStyle: { color: ink.quiet, align: across ? "center" : "left", padding: across ? 0 : [0, 0, 0, -28] },
      scale: true, min: log ? log.min : ends ? "dataMin" : undefined, max: log ? log.max : ends ? "dataMax" : undefined,
      axisLine: { show: true, onZero: false, lineStyle: { color: ink.rule } },
      axisTick: { lineStyle: { color: ink.rule }, customValues },
      axisLabel: {
        customValues, color: ink.quiet, hideOverlap: true, formatter: named ? undefined : (v) => show(v),
        rotate: across && named && axis.Names.length > (narrow ? 4 : 10) && axis.Names.join("").length > (narrow ? 24 : 60) && axis.Names.length <= 24 ? 32 : 0, fontSize: narrow && named ? 10 : 12, width: named ? (narrow ? 150 : across ? 110 : 220) : undefined, overflow: "truncate", interval: named && axis.Names.length <= 24 ? 0 : undefined,
      },
      splitLine: { show: !named && !log, lineStyle: { color: ink.rule, opacity: 0.6 } },
      minorSplitLine: { show: false },
    };
  }

  const colourOf = (s, t) => (s.Colour < 0 ? inks[t].baseline : palettes[t][s.Colour % palettes[t].length]);

  function tip(chart, s, point) {
    const at = (axis, v) => (axis.Names && axis.Names.length ? axis.Names[v] : `${axis.Label} ${show(v)}`);
    const lines = [point[4] || s.Name, at(chart.X, point[0]), at(chart.Y, point[1])];
    if (point.length > 3 && point[2] !== point[3]) lines.push(`from ${show(point[2])} to ${show(point[3])}`);
    return lines.filter((line, i) => lines.indexOf(line) === i).join("\n");
  }

  // range draws the range of the seeds: a band along a line, whiskers elsewhere.
  function range(chart, s, colour, band) {
    const points = s.Points.filter((p) => p.length > 3 && p[2] !== p[3]);
    if (points.length === 0) return [];
    return [{
      type: "custom", name: s.Name, silent: true, z: 1, clip: true, tooltip: { show: false }, itemStyle: { color: colour },
      data: points, encode: { x: 0, y: [1, 2, 3] },
      renderItem: (params, api) => {
        if (band && params.dataIndex > 0) return null;
        if (band) {
          const low = points.map((p) => api.coord([p[0], p[2]])), high = points.map((p) => api.coord([p[0], p[3]]));
          return { type: "polygon", shape: { points: low.concat(high.reverse()) }, style: { fill: colour, opacity: 0.16 } };
        }
        const p = points[params.dataIndex];
        const low = api.coord([p[0], p[2]]), high = api.coord([p[0], p[3]]);
        return { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: { stroke: colour, lineWidth: 1.5, opacity: 0.7 } };
      },
    }];
  }

  function lineSeries(chart, s, i, t) {
    const colour = colourOf(s, t), along = chart.X.Label === "step";
    const dots = s.Mark === "dots" || s.Mark === "squares";
    const few = s.Points.length <= 12;
    const band = !dots && !few;
    const one = {
      type: dots ? "scatter" : "line", name: s.Name, data: s.Points, color: colour,
      symbol: s.Mark === "squares" ? "rect" : dots ? "circle" : s.Mark === "joined" ? symbols[i % symbols.length] : "none",
      symbolSize: dots ? 8 : few ? 7 : 5, showSymbol: dots || (few && s.Mark === "joined"), showAllSymbol: true,
      step: s.Mark === "stepped" ? "end" : false, z: s.Mark === "stepped" ? 1 : 3,
      lineStyle: { width: along ? 1.2 : 2, type: s.Mark === "dashed" ? "dashed" : "solid", color: colour },
      itemStyle: { opacity: dots ? 0.8 : 1, color: colour },
      emphasis: { focus: "series" },
      tooltip: { formatter: (p) => tip(chart, s, s.Points[p.dataIndex]) },
    };
    return [one, ...range(chart, s, colour, band)];
  }

  function barSeries(chart, s, i, t) {
    const colour = colourOf(s, t);
    if (chart.X.Names && chart.X.Names.length) return [{ type: "bar", name: s.Name, data: s.Points, color: colour, barMaxWidth: 28, emphasis: { focus: "series" } }];
    return [{
      type: "line", name: s.Name, data: s.Points, step: "middle", symbol: "none", color: colour,
      lineStyle: { width: 1.5, color: colour }, areaStyle: { opacity: 0.25, color: colour },
      emphasis: { focus: "series" },
    }];
  }

  function cartesian(chart, t, narrow) {
    const ink = inks[t];
    const many = chart.Series.length > 1 || chart.Spans;
    const make = chart.Kind === "bars" ? barSeries : lineSeries;
    const selected = Object.fromEntries(chart.Series.filter((s) => s.Aside).map((s) => [s.Name, false]));
    const drawn = chart.Series.filter((s) => !s.Aside);
    const values = (i) => drawn.flatMap((s) => s.Points.flatMap((p) => (i === 1 && p.length > 3 && p[2] !== p[3] ? [p[1], p[2], p[3]] : [p[i]]))).filter((v) => v > 0);
    const places = chart.X.Label === "code size" ? [...new Set(drawn.filter((s) => s.Mark !== "dashed").flatMap((s) => s.Points.map((p) => p[0])))].sort((a, b) => a - b) : [];
    const yAxis = (log) => Object.assign(axisOf(chart.Y, ink, false, narrow, log), chart.Kind === "bars" ? { scale: false } : {});
    const logX = chart.X.Log ? onLog(values(0), places) : null, logY = chart.Y.Log ? onLog(values(1), []) : null;
    return {
      legend: many ? { type: "scroll", top: 0, left: 0, right: 0, selected, textStyle: { color: ink.ink, width: narrow ? 220 : undefined, overflow: "truncate" },
        pageTextStyle: { color: ink.quiet }, pageIconColor: ink.ink, pageIconInactiveColor: ink.rule, itemWidth: 20, itemHeight: 13 } : undefined,
      toolbox: narrow ? undefined : { top: many ? 28 : 8, right: 8, itemSize: 13, iconStyle: { borderColor: ink.quiet }, feature: { dataZoom: { title: { zoom: "enlarge a part", back: "back" } }, restore: { title: "all" } } },
      grid: { left: 8, right: 18, top: many ? 60 : 40, bottom: 30, containLabel: true },
      tooltip: chart.Kind === "bars"
        ? { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: show }
        : { trigger: "item", renderMode: "richText", confine: true },
      xAxis: axisOf(chart.X, ink, true, narrow, logX), yAxis: yAxis(logY),
      series: shade(chart, t, chart.Series.flatMap((s, i) => make(chart, s, i, t))),
    };
  }

  // shade marks stretches of the horizontal axis, such as labelled anomalies.
  function shade(chart, t, series) {
    if (!chart.Spans || series.length === 0) return series;
    const area = { silent: true, itemStyle: { color: palettes[t][7], opacity: 0.22 }, data: chart.Spans.map(([a, b]) => [{ xAxis: a - 0.5 }, { xAxis: b + 0.5 }]) };
    return series.concat([{ type: "line", name: chart.SpansName, data: [], color: palettes[t][7], symbol: "rect", markArea: area }]);
  }

  function spanOf(values) {
    const least = Math.min(...values), most = Math.max(...values);
    return most > least ? [least, most] : [least, least + 1];
  }

  function heat(chart, t, narrow) {
    const ink = inks[t], points = chart.Series[0].Points;
    const [min, max] = spanOf(points.map((p) => p[2]));
    const axis = (a, across) => Object.assign(axisOf(a, ink, across, narrow), { splitArea: { show: false } });
    return {
      grid: { left: 8, right: 18, top: 40, bottom: 78, containLabel: true },
      tooltip: { renderMode: "richText", confine: true, formatter: (p) => `${chart.X.Label} ${chart.X.Names[p.data.value[0]]}\n${chart.Y.Label} ${chart.Y.Names[p.data.value[1]]}\n${chart.Value} ${p.data.value[3]}` },
      visualMap: { min, max, dimension: 2, calculable: true, orient: "horizontal", left: "center", bottom: 0, itemHeight: narrow ? 120 : 200, inRange: { color: ramp[t] }, textStyle: { color: ink.quiet }, formatter: show },
      xAxis: axis(chart.X, true), yAxis: axis(chart.Y, false),
      series: [{
        type: "heatmap", data: points.map((p) => ({ value: [p[0], p[1], p[2], p[4]], label: { color: t === "dark" || (p[2] - min) / (max - min) > 0.55 ? "#0d1117" : "#ffffff" } })),
        label: { show: points.length <= (narrow ? 24 : 80), fontSize: narrow ? 10 : 12, formatter: (p) => p.data.value[3] },
        itemStyle: { borderColor: ink.ground, borderWidth: points.length > 150 ? 0 : 1 },
      }],
    };
  }

  function parallel(chart, t, narrow) {
    const ink = inks[t], last = chart.Axes.length - 1;
    const [min, max] = spanOf(chart.Series.map((s) => s.Points[last][1]));
    return {
      parallel: { left: narrow ? 30 : 60, right: narrow ? 62 : 90, top: 50, bottom: 66, parallelAxisDefault: {
        nameLocation: "end", nameTextStyle: { color: ink.ink, fontSize: narrow ? 10 : 12 }, axisLine: { lineStyle: { color: ink.quiet } },
        axisTick: { lineStyle: { color: ink.quiet } }, axisLabel: { color: ink.ink, width: narrow ? 60 : 110, overflow: "truncate", textBorderColor: inks[t].ground, textBorderWidth: 3 } } },
      parallelAxis: chart.Axes.map((a, i) => ({
        dim: i, name: narrow ? a.Label.slice(a.Label.lastIndexOf(".") + 1) : a.Label, type: a.Names && a.Names.length ? "category" : a.Log ? "log" : "value", data: a.Names || undefined, scale: true,
        nameRotate: narrow ? 0 : undefined,
      })),
      visualMap: { min, max, dimension: last, orient: "horizontal", left: "center", bottom: 0, calculable: true, itemHeight: narrow ? 120 : 200, inRange: { color: ramp[t] }, textStyle: { color: ink.quiet }, formatter: show },
      series: [{ type: "parallel", lineStyle: { width: 1.6, opacity: chart.Series.length > 60 ? 0.35 : 0.75 }, smooth: false,
        data: chart.Series.map((s) => ({ name: s.Name, value: s.Points.map((p) => p[1]) })) }],
    };
  }

  function draw(box) {
    const chart = byName.get(box.dataset.chart), t = theme();
    const narrow = box.clientWidth < 480;
    const make = { heat, parallel }[chart.Kind] || cartesian;
    let drawn = live.get(box);
    if (!drawn) {
      const names = chart.Y.Names ? chart.Y.Names.length : 0;
      if (names > 10 && chart.Kind === "lines") box.style.height = `${140 + 22 * names}px`;
      drawn = echarts.init(box, null, { renderer: "canvas" });
      live.set(box, drawn);
    }
    const tooltipInk = { backgroundColor: inks[t].paper, borderColor: inks[t].rule, textStyle: { color: inks[t].ink, fontSize: 12 } };
    const option = make(chart, t, narrow);
    option.tooltip = Object.assign(tooltipInk, option.tooltip || { renderMode: "richText", confine: true });
    drawn.setOption(Object.assign({
      animation: false, backgroundColor: "transparent", textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    }, option), true);
  }

  const boxes = [...document.querySelectorAll("[data-chart]")];
  const redraw = () => boxes.forEach((box) => { if (live.has(box)) { live.get(box).resize(); draw(box); } });
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "600px" });
  boxes.forEach((box) => watcher.observe(box));
  dark.addEventListener("change", redraw);
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(redraw, 120); });
  addEventListener("beforeprint", () => { printing = true; boxes.forEach((box) => { draw(box); live.get(box).resize(); }); });
  addEventListener("afterprint", () => { printing = false; redraw(); });

  // The numbers of a chart, when they are asked for.
  const mostRows = 3000;
  function element(name, text, more) { return Object.assign(document.createElement(name), { textContent: text }, more); }
  function numbersOf(chart) {
    if (chart.Kind === "parallel") {
      return [["setting", ...chart.Axes.map((a) => a.Label)], chart.Series.map((s) => [s.Name, ...s.Points.map((p, i) => (chart.Axes[i].Names && chart.Axes[i].Names.length ? chart.Axes[i].Names[p[1]] : show(p[1])))])];
    }
    const nameAt = (axis, v) => (axis.Names && axis.Names.length ? axis.Names[v] : show(v));
    if (chart.Kind === "heat") {
      return [[chart.X.Label, chart.Y.Label, chart.Value], chart.Series[0].Points.map((p) => [nameAt(chart.X, p[0]), nameAt(chart.Y, p[1]), p[4]])];
    }
    const rows = chart.Series.flatMap((s) => s.Points.map((p) => [p[4] || s.Name, nameAt(chart.X, p[0]), show(p[1]), p.length > 3 && p[2] !== p[3] ? show(p[2]) : "", p.length > 3 && p[2] !== p[3] ? show(p[3]) : ""]));
    return [["series", chart.X.Label, chart.Y.Label, "least", "most"], rows];
  }
  for (const details of document.querySelectorAll("[data-numbers]")) {
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("table")) return;
      const [heads, rows] = numbersOf(byName.get(details.dataset.numbers));
      const box = element("div", "", { className: "scroll", tabIndex: 0 });
      const table = element("table", "", { className: "data" });
      const head = table.createTHead().insertRow();
      heads.forEach((text) => head.append(element("th", text, { scope: "col" })));
      const body = table.createTBody();
      for (const cells of rows.slice(0, mostRows)) {
        const row = body.insertRow();
        cells.forEach((text) => { row.insertCell().textContent = text; });
      }
      if (rows.length > mostRows) body.insertRow().insertCell().textContent = `and ${rows.length - mostRows} more rows`;
      box.append(table);
      details.append(box);
    });
  }

  // Tables sort by a click on a head: up, down, and as they came.
  for (const table of document.querySelectorAll("table.data[id]")) {
    const body = table.tBodies[0], original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((th, column) => th.firstElementChild.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "" }[th.getAttribute("aria-sort")] ?? "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (next === "") return body.append(...original);
      th.setAttribute("aria-sort", next);
      const numbers = th.classList.contains("n"), sign = next === "ascending" ? 1 : -1;
      const keyed = original.map((row) => [row.cells[column].dataset.key ?? "", row]);
      const compare = numbers ? (a, b) => a - b : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
      keyed.sort(([a], [b]) => (a === "" || b === "" ? (a === "") - (b === "") : sign * compare(a, b)));
      body.append(...keyed.map(([, row]) => row));
    }));
  }
  for (const input of document.querySelectorAll("[data-filter]")) {
    const rows = [...document.getElementById(input.dataset.filter).tBodies[0].rows];
    let texts = null;
    const count = document.querySelector(`[data-count="${input.dataset.filter}"]`);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      texts ??= rows.map((row) => row.textContent.toLowerCase());
      let n = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        n += row.hidden ? 0 : 1;
      });
      count.textContent = n === rows.length ? `${n} rows` : `${n} of ${rows.length} rows`;
    });
  }
})();
