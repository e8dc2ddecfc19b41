/*
 * Draws the charts of a report by Chart.js from the data that stands beside each canvas (what it
 * holds: chart_json.c). Without this script a page still has the tables behind its pictures.
 */
(() => {
  "use strict";

  const colours = JSON.parse(document.getElementById("colours").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = [];
  let printing = false;

  const palette = () => colours[dark.matches && !printing ? "dark" : "light"];
  const colour = (i) => palette().series[i % palette().series.length];
  const faint = (hex, share) =>
    hex + Math.round(255 * share).toString(16).padStart(2, "0");
  const overX = (spec) => spec.kind === "fan" || spec.kind === "steps";

  /* ---- words ---- */

  /* Four digits, and a letter for thousands, as number.c has it. */
  function number(value, digits = 4) {
    if (value === null || value === undefined || !isFinite(value)) return "–";
    const size = Math.abs(value);
    if (value !== 0 && (size < 1e-4 || size >= 1e15)) return String(Number(value.toPrecision(digits)));
    const exponent = value === 0 ? 0 : Math.floor(Math.log10(Number(size.toPrecision(digits))));
    const step = exponent >= 4 ? Math.floor(exponent / 3) : 0;
    const decimals = Math.max(0, digits - 1 - (exponent - 3 * step));
    const text = (Number(value.toPrecision(digits)) / 10 ** (3 * step)).toFixed(decimals);
    return (text.includes(".") ? text.replace(/\.?0+$/, "") : text) + ["", "k", "M", "B", "T"][step];
  }

  const date = (days) => new Date(days * 864e5).toISOString().slice(0, 10);
  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
  /* To how many characters names can be cut and are still told apart. */
  const room = (names) => [40, 60, 90].find((most) => new Set(names.map((n) => short(n, most))).size === names.length) || 500;
  const unit = (spec) => (spec.unit && spec.unit !== "1" ? " " + spec.unit : "");

  /* ---- axes ---- */

  /* The beginnings of days, months or years between two dates, at most so many. */
  function dates(low, high, most) {
    const span = high - low;
    const marks = [];
    const days = [1, 2, 7, 14].find((n) => span / n <= most);
    if (days) {
      for (let d = Math.ceil(low / days) * days; d <= high; d += days)
        marks.push({value: d, label: date(d).slice(5)});
      return marks;
    }
    const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((n) => span / (30.4 * n) <= most) || 600;
    const start = new Date(low * 864e5);
    let month = 12 * start.getUTCFullYear() + start.getUTCMonth();
    for (month -= month % months; ; month += months) {
      const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / 864e5;
      if (day > high) return marks;
      if (day >= low) marks.push({value: day, label: date(day).slice(0, months % 12 ? 7 : 4)});
    }
  }

  /* Marks a scale has made, in our words, told apart by as many digits as it takes. */
  function labels(spec) {
    return (value, index, ticks) => {
      const step = ticks.length > 1 ? Math.abs(ticks[1].value - ticks[0].value) : 1;
      const most = Math.max(...ticks.map((t) => Math.abs(t.value)), step);
      const digits = Math.floor(Math.log10(most)) - Math.floor(Math.log10(step * 1.0001)) + 2;
      return number(value, Math.min(15, Math.max(1, digits)));
    };
  }

  const line = () => ({color: palette().rule, borderColor: palette().rule, drawTicks: false});
  const title = (text) => ({display: Boolean(text), text: text, color: palette().dim});

  function timeAxis(spec) {
    const xs = spec.series.flatMap((s) => (s.dots ? s.x : [s.x[0], s.x[s.x.length - 1]]));
    const axis = {
      type: "linear", min: Math.min(...xs), max: Math.max(...xs), grid: {...line(), display: false},
      ticks: {color: palette().dim, maxRotation: 0, autoSkip: false, maxTicksLimit: 7},
      title: title(spec.dated || spec.small ? "" : spec.across),
    };
    if (!spec.dated) {
      axis.ticks.callback = labels(spec);
      return axis;
    }
    axis.afterBuildTicks = (scale) => {
      scale.ticks = dates(scale.min, scale.max, Math.max(2, Math.floor(scale.chart.width / 90)));
    };
    axis.ticks.callback = (value, index, ticks) => ticks[index].label;
    return axis;
  }

  function valueAxis(spec, log) {
    return {
      type: log ? "logarithmic" : "linear", grid: line(), grace: log ? 0 : "4%",
      ticks: {color: palette().dim, callback: log ? (v) => number(v) : labels(spec),
              maxTicksLimit: spec.small ? 4 : 6, padding: 4},
      title: title(spec.small ? "" : unit(spec).trim()),
    };
  }

  /* From 0 where that costs little room, as people expect; not the axis of what hardly moves. */
  function fromZero(spec, axis) {
    const all = spec.series.flatMap((s) => [...s.y, ...s.bands.flat(2)]).filter((v) => v !== null);
    const least = all.reduce((a, b) => Math.min(a, b), Infinity);
    const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
    if (axis.type === "linear" && least >= 0 && least < 0.4 * most) axis.min = 0;
    if (axis.type === "linear" && most - least < 1e-9 * Math.abs(most)) {
      axis.suggestedMin = least - 0.05 * Math.abs(least || 1);
      axis.suggestedMax = most + 0.05 * Math.abs(most || 1);
    }
    return axis;
  }

  /* All of the intervals, and 0 where it is near. */
  function wholeRange(spec, axis) {
    const all = [...spec.series.flatMap((s) => [...s.y, ...s.bands.flat(2)]), spec.mark, spec.kind === "bars" ? 0 : null]
      .filter((v) => v !== null);
    axis.grace = 0;
    axis.suggestedMin = all.reduce((a, b) => Math.min(a, b), Infinity);
    axis.suggestedMax = all.reduce((a, b) => Math.max(a, b), -Infinity);
    if (axis.suggestedMin >= 0 && axis.suggestedMin < 0.4 * axis.suggestedMax) axis.min = 0;
    return axis;
  }

  /* ---- curves and their bands ---- */

  /* A value between two gaps, which no line shows. */
  const alone = (values, i) =>
    [values[i - 1], values[i + 1]].every((v) => v === null || v === undefined);

  function curves(spec) {
    const sets = [];
    const lines = spec.series.filter((s) => !s.dots);
    spec.series.forEach((s, i) => {
      const own = s.dots ? palette().ink : colour(s.colour);
      const at = (values) => values.map((v, k) => ({x: s.x[k], y: v}));
      const base = {pointRadius: 0, borderWidth: 0, stepped: spec.kind === "steps" && "after",
                    parsing: false, series: i};
      s.bands.forEach((band, b) => {
        const key = lines.length > 1 ? s.name : spec.bands[b];
        const fill = faint(own, lines.length > 1 ? 0.13 : b ? 0.32 : 0.2);
        sets.push({...base, data: at(band[0]), role: "edge", key: key, order: 2});
        sets.push({...base, data: at(band[1]), role: "band", key: key, order: 2, fill: "-1",
                   backgroundColor: fill});
      });
      sets.push({
        ...base, data: at(s.y), role: s.dots ? "dots" : "line", order: s.dots ? 0 : 1,
        key: lines.length > 1 || s.dots ? s.name : spec.line || s.name, borderColor: own,
        backgroundColor: own, borderWidth: spec.small ? 1.5 : 2, showLine: !s.dots,
        pointRadius: s.dots ? 3 : (at) => (alone(s.y, at.dataIndex) ? 2 : 0),
        pointHoverRadius: s.dots ? 5 : 4, clip: 6, /* dots at an edge are whole */
      });
    });
    return sets;
  }

  /* "utilization: 0.79; half of them: 0.75 to 0.83" of a point. */
  function reading(spec) {
    const many = spec.series.filter((s) => !s.dots).length > 1;
    return {
      filter: (item) => item.dataset.role === "line" || item.dataset.role === "dots",
      callbacks: {
        title: (items) => items.length === 0 ? ""
          : spec.dated ? date(items[0].raw.x) : (spec.across || "") + " " + number(items[0].raw.x, 6),
        label: (item) => {
          const s = spec.series[item.dataset.series];
          const rows = [item.dataset.key + ": " + number(item.raw.y) + unit(spec)];
          const bands = item.dataset.role === "line" ? s.bands : [];
          bands.forEach((band, b) => {
            const range = number(band[0][item.dataIndex]) + " to " + number(band[1][item.dataIndex]);
            if (many) rows[0] += " (" + range + ")";
            else rows.push(spec.bands[b] + ": " + range);
          });
          return rows;
        },
      },
    };
  }

  function ofCurves(spec, log) {
    return {
      type: "line",
      data: {datasets: curves(spec)},
      options: {
        interaction: {mode: "nearest", axis: "x", intersect: false},
        scales: {x: timeAxis(spec), y: fromZero(spec, valueAxis(spec, log))},
        plugins: {tooltip: reading(spec)},
      },
    };
  }

  /* ---- estimates in their intervals, a row each ---- */

  /* What a bar cannot show: the estimate's mark, the interval's line, and where nothing differs. */
  const marks = {
    id: "marks",
    afterDatasetsDraw(chart) {
      const spec = chart.spec;
      const {ctx, chartArea: area, scales} = chart;
      ctx.save();
      if (spec.mark !== null) {
        const x = scales.x.getPixelForValue(spec.mark);
        ctx.strokeStyle = palette().dim;
        ctx.setLineDash([4, 4]);
        ctx.beginPath();
        ctx.moveTo(x, area.top);
        ctx.lineTo(x, area.bottom);
        ctx.stroke();
        ctx.setLineDash([]);
      }
      chart.getSortedVisibleDatasetMetas().forEach((meta) => {
        const s = spec.series[meta.index];
        meta.data.forEach((bar, i) => mark(ctx, scales.x, spec, s, i, bar.y, colour(s.colour)));
      });
      ctx.restore();
    },
  };

  function mark(ctx, scale, spec, s, i, y, own) {
    if (s.y[i] === null) return;
    const ink = spec.kind === "bars" ? palette().ink : own;
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.lineWidth = spec.kind === "bars" ? 1.5 : 2.5;
    if (s.bands.length > 0 && s.bands[0][0][i] !== null && s.bands[0][1][i] !== null) {
      ctx.beginPath();
      ctx.moveTo(scale.getPixelForValue(s.bands[0][0][i]), y);
      ctx.lineTo(scale.getPixelForValue(s.bands[0][1][i]), y);
      ctx.stroke();
    }
    if (spec.kind === "bars") return;
    ctx.beginPath();
    ctx.arc(scale.getPixelForValue(s.y[i]), y, 4.5, 0, 2 * Math.PI);
    ctx.fill();
  }

  function rowReading(spec) {
    return {
      callbacks: {
        title: (items) => (items.length ? spec.rows[items[0].dataIndex] : ""),
        label: (item) => {
          const s = spec.series[item.datasetIndex];
          const i = item.dataIndex;
          const own = spec.series.length > 1 ? s.name + ": " : "";
          const band = s.bands[0];
          const range = band ? " (" + number(band[0][i]) + " to " + number(band[1][i]) + ")" : "";
          return own + number(s.y[i]) + unit(spec) + range;
        },
      },
    };
  }

  function ofRows(spec) {
    const bars = spec.kind === "bars";
    const data = (s) => s.y.map((y, i) => {
      const band = s.bands[0];
      if (bars || y === null) return y;
      return band && band[0][i] !== null && band[1][i] !== null ? [band[0][i], band[1][i]] : [y, y];
    });
    return {
      type: "bar",
      data: {
        labels: spec.rows,
        datasets: spec.series.map((s) => ({
          label: s.name, key: s.name, data: data(s), role: "row", maxBarThickness: 18, minBarLength: 1,
          backgroundColor: faint(colour(s.colour), bars ? 0.6 : 0), borderColor: colour(s.colour),
          borderWidth: 0,
        })),
      },
      options: {
        indexAxis: "y",
        interaction: {mode: "nearest", axis: "y", intersect: false},
        scales: {
          x: wholeRange(spec, valueAxis(spec, false)),
          y: {grid: {...line(), display: false},
              ticks: {color: palette().ink, autoSkip: false, padding: 9, /* a mark at the edge */
                      callback: (v, i) => short(spec.rows[i], innerWidth < 600 ? 18 : 44)}},
        },
        plugins: {tooltip: rowReading(spec)},
      },
      plugins: [marks],
    };
  }

  /* ---- a number a cell ---- */

  function blend(low, high, share) {
    const part = (hex, k) => parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16);
    const mix = [0, 1, 2].map((k) => Math.round(part(low, k) + share * (part(high, k) - part(low, k))));
    return "rgb(" + mix.join(",") + ")";
  }

  const figures = {
    id: "figures",
    afterDatasetsDraw(chart) {
      const {ctx, spec} = chart;
      const wide = chart.chartArea.width / spec.columns.length;
      if (wide < 34) return;
      ctx.save();
      ctx.fillStyle = palette().ink;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.font = "12px system-ui, sans-serif";
      chart.data.datasets.forEach((set, r) => chart.getDatasetMeta(r).data.forEach((bar, c) => {
        const middle = bar.getCenterPoint();
        ctx.fillText(number(spec.series[0].y[r * spec.columns.length + c], 3), middle.x, middle.y);
      }));
      ctx.restore();
    },
  };

  function ofCells(spec) {
    const across = spec.columns.length;
    const values = spec.series[0].y;
    const known = values.filter((v) => v !== null);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const shade = (v) => v === null ? palette().rule
      : blend(palette().paper, colour(1), most > least ? 0.08 + (0.8 * (v - least)) / (most - least) : 0.2);
    return {
      type: "bar",
      data: {
        labels: spec.columns,
        datasets: spec.rows.map((name, r) => ({
          label: name, role: "cell", data: spec.columns.map(() => [r, r + 1]), grouped: false,
          categoryPercentage: 1, barPercentage: 1, borderWidth: 1, borderColor: palette().paper,
          borderSkipped: false,
          backgroundColor: values.slice(r * across, (r + 1) * across).map(shade),
        })),
      },
      options: {
        interaction: {mode: "point", intersect: true},
        scales: {
          x: {grid: {...line(), display: false}, ticks: {color: palette().ink},
              title: title(spec.across)},
          y: {min: 0, max: spec.rows.length, reverse: true, grid: {...line(), display: false},
              afterBuildTicks: (scale) => {
                scale.ticks = spec.rows.map((name, r) => ({value: r + 0.5}));
              },
              ticks: {color: palette().ink, autoSkip: false,
                      callback: (v) => short(spec.rows[Math.floor(v)] || "", innerWidth < 600 ? 18 : 44)}},
        },
        plugins: {tooltip: {callbacks: {
          title: (items) => items.length
            ? spec.rows[items[0].datasetIndex] + ", " + spec.columns[items[0].dataIndex] : "",
          label: (item) => number(values[item.datasetIndex * across + item.dataIndex]) + unit(spec),
        }}},
      },
      plugins: [figures],
    };
  }

  /* ---- a figure ---- */

  function config(entry) {
    const {spec, log} = entry;
    const made = overX(spec) ? ofCurves(spec, log) : spec.kind === "heat" ? ofCells(spec) : ofRows(spec);
    made.options = {
      ...made.options, animation: false, responsive: true, maintainAspectRatio: false, locale: "en",
      plugins: {...made.options.plugins, legend: {display: false}},
    };
    const tip = made.options.plugins.tooltip;
    Object.assign(tip, {displayColors: spec.series.length > 1, animation: false,
                        titleFont: {size: 12}, bodyFont: {size: 12}});
    tip.callbacks.labelColor = (item) => {
      const own = item.dataset.borderColor || item.dataset.backgroundColor;
      return {borderColor: own, backgroundColor: own};
    };
    made.data.datasets.forEach((set) => { set.hidden = entry.off.has(set.key); });
    return made;
  }

  /* Paper has a size of its own, whatever the window's. */
  function paper(entry) {
    const alone = !entry.canvas.closest(".charts");
    const width = entry.spec.small ? 230 : alone ? 700 : 340;
    const height = entry.canvas.parentElement.clientHeight || 260;
    entry.canvas.width = width;
    entry.canvas.height = entry.spec.small ? 130 : overX(entry.spec) ? Math.min(height, alone ? 300 : 220) : height;
  }

  function draw(entry) {
    const old = entry.chart;
    if (old) old.destroy();
    const set = config(entry);
    if (printing) {
      paper(entry);
      set.options.responsive = false;
      set.options.devicePixelRatio = 2;
    }
    const hold = {id: "hold", beforeInit: (chart) => { chart.spec = entry.spec; }};
    set.plugins = [hold, ...(set.plugins || [])];
    entry.chart = new Chart(entry.canvas, set);
  }

  function button(entry, text, act) {
    const b = document.createElement("button");
    b.type = "button";
    b.append(text);
    b.addEventListener("click", () => act(b));
    entry.keys.append(b);
    return b;
  }

  const shade = (set) => (set.role === "band" ? set.backgroundColor : set.borderColor);

  function swatch(b, set) {
    const mark = document.createElement("i");
    mark.className = set.role === "band" ? "band" : set.role === "dots" || set.role === "row" ? "dot" : "";
    mark.style.background = shade(set);
    b.prepend(mark);
    return mark;
  }

  /* A legend of buttons: what is pressed is shown. */
  function legend(entry) {
    const of = new Map();
    const sets = entry.chart.data.datasets.filter((s) => s.role !== "edge" && s.role !== "cell");
    [...sets.filter((s) => s.role === "line"), ...sets].forEach((s) => of.has(s.key) || of.set(s.key, s));
    if (of.size < 2) return;
    const most = room([...of.keys()]);
    of.forEach((set, key) => {
      const b = button(entry, short(key, most), () => {
        if (entry.off.has(key)) entry.off.delete(key);
        else entry.off.add(key);
        b.setAttribute("aria-pressed", String(!entry.off.has(key)));
        entry.chart.data.datasets.forEach((s, i) => s.key === key &&
          entry.chart.setDatasetVisibility(i, !entry.off.has(key)));
        entry.chart.update();
      });
      b.setAttribute("aria-pressed", "true");
      entry.marks.push([swatch(b, set), key]);
    });
  }

  function logButton(entry) {
    const all = entry.spec.series.flatMap((s) => [...s.y, ...s.bands.flat(2)]).filter((v) => v !== null);
    if (!overX(entry.spec) || all.length === 0 || all.some((v) => v <= 0)) return;
    const b = button(entry, "log scale", () => {
      entry.log = !entry.log;
      b.setAttribute("aria-pressed", String(entry.log));
      draw(entry);
    });
    b.className = "log";
    b.setAttribute("aria-pressed", "false");
  }

  /* Left and right move the reading along the curve, for those who have no mouse. */
  function keyboard(entry) {
    let at = -1;
    entry.canvas.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity}[event.key];
      if (!step || !entry.chart) return;
      event.preventDefault();
      const chart = entry.chart;
      const which = chart.data.datasets.findIndex((s) => s.role === "line" || s.role === "row");
      const last = which < 0 ? -1 : chart.data.datasets[which].data.length - 1;
      if (last < 0) return;
      at = Math.min(last, Math.max(0, at + step));
      const point = chart.getDatasetMeta(which).data[at].getCenterPoint();
      chart.tooltip.setActiveElements([{datasetIndex: which, index: at}], point);
      chart.update();
    });
  }

  function begin(figure) {
    const frame = figure.querySelector(".frame");
    const spec = JSON.parse(figure.querySelector("script").textContent);
    spec.series.forEach((s) => { s.x = s.x || spec.series[0].x; });
    frame.hidden = false;
    if (!overX(spec)) {
      const heads = spec.rows.length * (spec.kind === "bars" ? 20 * spec.series.length : 0) +
        spec.rows.length * (spec.kind === "bars" ? 8 : 30);
      frame.style.height = Math.max(110, 60 + heads) + "px";
    }
    const entry = {spec: spec, canvas: figure.querySelector("canvas"), keys: document.createElement("div"),
                   off: new Set(), log: false, chart: null, marks: []};
    entry.keys.className = "keys";
    draw(entry);
    if (!spec.small) {
      legend(entry);
      logButton(entry);
      if (entry.keys.children.length) frame.after(entry.keys);
      keyboard(entry);
    }
    figure.drawn = true;
    drawn.push(entry);
  }

  function drawAll(within) {
    within.querySelectorAll("figure").forEach((figure) => {
      const fold = figure.parentElement.closest("details");
      if (!figure.drawn && (!fold || fold.open)) begin(figure);
    });
  }

  function recolour() {
    drawn.forEach((entry) => {
      draw(entry);
      entry.marks.forEach(([mark, key]) => {
        const sets = entry.chart.data.datasets.filter((s) => s.key === key && s.role !== "edge");
        const set = sets.find((s) => s.role === "line") || sets[0];
        mark.style.background = shade(set);
      });
    });
  }

  document.querySelectorAll("details").forEach((fold) =>
    fold.addEventListener("toggle", () => fold.open && drawAll(fold)));
  dark.addEventListener("change", recolour);
  addEventListener("beforeprint", () => {
    printing = true;
    document.querySelectorAll("details.pictures").forEach((fold) => { fold.open = true; });
    drawAll(document);
    recolour();
  });
  addEventListener("afterprint", () => {
    printing = false;
    recolour();
  });
  drawAll(document);
})();
