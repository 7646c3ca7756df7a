// Mounts ECharts in <figure data-chart='{…}'><div class="plot" aria-label="…"></div></figure>.
// data-chart: {desc, x: [labels], s: [{n: name, v: [values], c: palette index, open: last period incomplete, from: first incomplete one, cmp: comparison,
//              fc: forecast, kind: "line" | "bar", stack: key, faint, tell: [texts], p: point, ps: [points]}], raw: [labels], marks: [{x, t}], area, unit} for axes,
//              {kind: "pie" | "funnel", desc, s: [{n, v}]}, or {kind: "sankey", desc, nodes: [{id, n, step, v}], links: [{source, target, v}]}.
// data-people: an address; with the point of what is clicked it leads to the people behind it (event od:people).
// Loaded only on pages with charts, after vendor/echarts.min.js.
(() => {
  const root = document.documentElement;
  const zh = root.lang.startsWith('zh');
  const dark = () => root.dataset.bsTheme === 'dark';
  const wide = () => innerWidth > 720;
  const palettes = {
    light: ['#0d9488', '#6366f1', '#f59e0b', '#ec4899', '#0ea5e9', '#84cc16', '#a855f7', '#64748b'],
    dark: ['#2dd4bf', '#818cf8', '#fbbf24', '#f472b6', '#38bdf8', '#a3e635', '#c084fc', '#94a3b8'],
  };
  // ECharts needs plain colours, so these repeat tokens of app.css.
  const inks = {
    light: { text: '#1a1d24', muted: '#626a79', grid: '#eef0f3', axis: '#d3d7de', raised: '#ffffff' },
    dark: { text: '#e7e9ed', muted: '#8f97a5', grid: '#222630', axis: '#3a404c', raised: '#1d2128' },
  };
  const number = new Intl.NumberFormat(root.lang);
  const short = new Intl.NumberFormat(root.lang, { notation: 'compact', maximumFractionDigits: 1 });
  const mounted = new Map();

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text != null) node.textContent = text;
    return node;
  }

  // Built as nodes, never as a string: names come from users.
  function tooltip(points, data) {
    const list = Array.isArray(points) ? points : [points];
    const box = make('div', 'tip');
    const table = make('table');
    table.append(make('caption', '', list[0].axisValueLabel ?? list[0].name));
    for (const point of list) {
      const unfinished = point.seriesName.startsWith('_');
      if (point.value == null || (unfinished && list.some((other) => other !== point && other.value != null && other.seriesName === point.seriesName.slice(1)))) continue;
      const row = make('tr');
      const head = make('th');
      const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      const bar = document.createElementNS(mark.namespaceURI, 'rect');
      for (const [key, value] of [['width', 12], ['height', 3], ['y', 3], ['fill', point.color]]) bar.setAttribute(key, value);
      mark.append(bar);
      head.append(mark, list.length === 1 && point.name && !point.axisValueLabel ? point.name : unfinished ? point.seriesName.slice(1) : point.seriesName);
      row.append(head, make('td', '', number.format(point.value) + (data?.unit ?? '')));
      table.append(row);
    }
    box.append(table);
    return box;
  }

  function lines(data, palette, ink) {
    const result = [];
    const drawn = data.s.filter((s) => !s.cmp && !s.fc && s.kind !== 'bar').length;
    const direct = wide() && drawn > 1 && drawn <= 4;
    const bars = data.s.filter((s) => s.kind === 'bar').length;
    data.s.forEach((s, index) => {
      const colour = palette[(s.c ?? index) % palette.length];
      if (s.kind === 'bar') {
        const tell = s.tell && { show: true, position: 'top', color: ink.text, fontSize: 12, fontWeight: 500, fontFamily: 'inherit', formatter: (at) => s.tell[at.dataIndex] };
        result.push({ type: 'bar', name: s.n, stack: s.stack, barMaxWidth: bars > 2 && !s.stack ? 28 : 56, itemStyle: { color: colour, opacity: s.faint ? 0.28 : 1 }, label: s.stack ? undefined : tell, source: index,
          emphasis: { disabled: true }, data: s.from == null ? s.v : s.v.map((value, i) => (i < s.from ? value : { value, itemStyle: { opacity: 0.45 } })) });
        return;
      }
      const label = { show: direct && !s.cmp && !s.fc, formatter: s.n, color: colour, fontWeight: 500, fontSize: 12, distance: 6, fontFamily: 'inherit', width: 96, overflow: 'truncate' };
      const base = {
        type: 'line', name: s.n, showSymbol: s.v.some((value, i) => value != null && s.v[i - 1] == null && s.v[i + 1] == null), labelLayout: { moveOverlap: 'shiftY' }, symbolSize: 6, stack: s.stack, z: s.cmp ? 1 : 3, emphasis: { disabled: true }, source: index,
        lineStyle: { width: 2, color: colour, type: s.cmp ? [4, 4] : s.fc ? [6, 3, 2, 3] : 'solid', opacity: s.cmp ? 0.55 : 1 },
        itemStyle: { color: colour },
        areaStyle: data.area ? { color: colour, opacity: 0.12 } : undefined,
      };
      const from = s.from ?? (s.open ? s.v.length - 1 : s.v.length);
      if (from < s.v.length && s.v.length > 1) {
        result.push({ ...base, data: s.v.slice(0, from) });
        result.push({ ...base, name: `_${s.n}`, animation: false, areaStyle: undefined, lineStyle: { ...base.lineStyle, type: [2, 4] }, endLabel: s.v.at(-1) == null ? undefined : label,
          data: s.v.map((value, i) => (i >= from - 1 ? value : null)) });
      } else {
        result.push({ ...base, data: s.v, endLabel: s.v.at(-1) == null ? undefined : label });
      }
    });
    if (data.marks?.length && result.length) {
      result[0].markLine = { symbol: 'none', animation: false, silent: false, lineStyle: { color: ink.muted, type: [3, 3], width: 1 },
        label: { formatter: (mark) => mark.name, color: ink.muted, fontSize: 11, width: 120, overflow: 'truncate', position: 'insideEndTop' },
        data: data.marks.map((mark) => ({ xAxis: mark.x, name: mark.t })) };
    }
    return { series: result, direct };
  }

  // What a colour means, in words beside it. Built as nodes, as names come from users.
  function legend(figure, data) {
    const list = figure.parentElement.querySelector('[data-legend]');
    if (!list) return;
    const palette = palettes[dark() ? 'dark' : 'light'];
    const shown = (data.s ?? []).length > 1 || data.s?.some((s) => s.from != null) ? data.s : [];
    list.replaceChildren(...shown.map((s, index) => {
      const item = make('li');
      const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      mark.setAttribute('aria-hidden', 'true');
      const line = document.createElementNS(mark.namespaceURI, s.kind === 'bar' ? 'rect' : 'line');
      const colour = palette[(s.c ?? index) % palette.length];
      const look = s.kind === 'bar' ? { width: 10, height: 8, x: 3, fill: colour, opacity: s.faint ? 0.28 : 1 }
        : { x1: 0, x2: 16, y1: 4, y2: 4, stroke: colour, 'stroke-width': 2, 'stroke-dasharray': s.cmp ? '4 3' : s.fc ? '6 3 2 3' : 'none', opacity: s.cmp ? 0.6 : 1 };
      for (const [key, value] of Object.entries(look)) line.setAttribute(key, value);
      mark.append(line);
      item.append(mark, make('span', '', s.n));
      return item;
    }));
  }

  function sankey(data, common, palette, ink) {
    const colours = new Map();
    const colour = (name) => colours.get(name) ?? colours.set(name, palette[colours.size % palette.length]).get(name);
    const names = new Map(data.nodes.map((node) => [node.id, node]));
    return { ...common, animation: false, tooltip: { ...common.tooltip, trigger: 'item', formatter: (at) => {
      const box = make('div', 'tip');
      box.append(make('div', '', at.dataType === 'edge' ? `${names.get(at.data.source).n} → ${names.get(at.data.target).n}` : names.get(at.name).n), make('b', '', number.format(at.data.v ?? at.data.value)));
      return box;
    } },
    series: [{ type: 'sankey', name: data.desc, left: 8, right: wide() ? 128 : 72, top: 12, bottom: 12, nodeWidth: 14, nodeGap: 10, draggable: false, emphasis: { focus: 'adjacency' },
      label: { color: ink.text, fontSize: 12, fontFamily: 'inherit', width: wide() ? 116 : 64, overflow: 'truncate', formatter: (at) => names.get(at.name).n },
      lineStyle: { color: 'source', opacity: 0.25, curveness: 0.5 },
      data: data.nodes.map((node) => ({ name: node.id, depth: node.step - 1, v: node.v, p: node.p, itemStyle: { color: colour(node.n), borderWidth: 0 } })),
      links: data.links.map((link) => ({ source: link.source, target: link.target, value: link.v, v: link.v, p: link.p })) }] };
  }

  function options(data) {
    const ink = inks[dark() ? 'dark' : 'light'];
    const palette = palettes[dark() ? 'dark' : 'light'];
    const common = {
      animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      animationDuration: 160,
      color: palette,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: true, label: { description: data.desc }, decal: { show: data.kind === 'pie' || data.kind === 'funnel' } },
      tooltip: {
        trigger: 'axis', formatter: tooltip, backgroundColor: ink.raised, borderColor: ink.axis, borderWidth: 1, padding: [8, 12],
        textStyle: { color: ink.text, fontSize: 12 }, extraCssText: 'border-radius:6px;box-shadow:none', transitionDuration: 0.12,
        axisPointer: { lineStyle: { color: ink.axis, type: 'solid' }, shadowStyle: { color: ink.axis, opacity: 0.25 } },
      },
    };
    if (data.kind === 'pie' || data.kind === 'funnel') {
      return { ...common, tooltip: { ...common.tooltip, trigger: 'item' },
        series: [{ type: data.kind, name: data.desc, radius: ['52%', '78%'], label: { color: ink.text, fontSize: 12 }, itemStyle: { borderColor: ink.raised, borderWidth: 1 },
          data: data.s.map((s) => ({ name: s.n, value: s.v })) }] };
    }
    if (data.kind === 'sankey') return sankey(data, common, palette, ink);
    const { series, direct } = lines(data, palette, ink);
    const bars = series.some((s) => s.type === 'bar');
    const skip = Math.max(0, Math.ceil(data.x.length / (wide() ? 8 : 4)) - 1);
    return { ...common, series,
      tooltip: { ...common.tooltip, axisPointer: { ...common.tooltip.axisPointer, type: bars ? 'shadow' : 'line' }, formatter: (points) => tooltip(points, data) },
      grid: { left: 8, right: direct ? 104 : 12, top: 16, bottom: 4, containLabel: true },
      xAxis: { type: 'category', boundaryGap: bars, data: data.x, axisLine: { lineStyle: { color: ink.axis } }, axisTick: { show: false },
        axisLabel: { color: ink.muted, fontSize: 11, lineHeight: 15, margin: 10, hideOverlap: true, interval: bars && !data.raw && data.x.length <= 24 ? 'auto' : skip } },
      yAxis: { type: 'value', splitNumber: 4, minInterval: data.whole === false || data.unit ? 0 : 1, ...(data.unit === '%' && data.s.some((s) => s.v.some((value) => value > 60)) ? { max: 100, interval: 25 } : {}),
        axisLabel: { color: ink.muted, fontSize: 11, formatter: (value) => short.format(value) + (data.unit ?? '') },
        splitLine: { lineStyle: { color: ink.grid } } } };
  }

  // A click on a bar or near a line leads to the people behind that number; the table under the chart has the same as links.
  function behind(figure, chart, data) {
    const go = (point) => figure.dispatchEvent(new CustomEvent('od:people', { bubbles: true, detail: `${figure.dataset.people}&${point}` }));
    if (data.kind === 'sankey') {
      chart.on('click', (at) => at.data.p && go(at.data.p));
      return;
    }
    const open = (s, index) => {
      const point = s?.ps ? s.ps[index] : s?.p && data.raw ? `${s.p}&point.label=${encodeURIComponent(data.raw[index])}` : null;
      if (point && s.v[index]) go(point);
    };
    const drawn = chart.getOption().series;
    chart.on('click', (at) => at.seriesType === 'bar' && open(data.s[drawn[at.seriesIndex].source], at.dataIndex));
    if (!data.s.some((s) => s.kind !== 'bar' && s.p)) return;
    chart.getZr().on('click', (event) => {
      const place = [event.offsetX, event.offsetY];
      if (!chart.containPixel('grid', place)) return;
      const [index] = chart.convertFromPixel('grid', place);
      const far = (s) => Math.abs(chart.convertToPixel({ yAxisIndex: 0 }, s.v[index]) - event.offsetY);
      open(data.s.filter((s) => s.p && s.v[index] != null).sort((a, b) => far(a) - far(b))[0], index);
    });
  }

  function mount(figure) {
    if (mounted.has(figure)) return;
    const plot = figure.querySelector('.plot');
    const chart = echarts.init(plot, null, { renderer: 'svg', locale: zh ? 'ZH' : 'EN' });
    const data = JSON.parse(figure.dataset.chart);
    chart.setOption(options(data));
    legend(figure, data);
    plot.setAttribute('role', 'img');
    if (figure.dataset.people) behind(figure, chart, data);
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(plot);
    mounted.set(figure, { chart, watch });
  }

  function unmount(figure) {
    const entry = mounted.get(figure);
    if (!entry) return;
    entry.watch.disconnect();
    entry.chart.dispose();
    mounted.delete(figure);
  }

  const each = (node, action) => {
    if (node.matches?.('figure[data-chart]')) action(node);
    node.querySelectorAll?.('figure[data-chart]').forEach(action);
  };
  if (window.htmx) htmx.onLoad((node) => each(node, mount));
  else each(document, mount);
  document.addEventListener('htmx:beforeCleanupElement', (event) => unmount(event.target));
  document.addEventListener('od:theme', () => {
    for (const figure of [...mounted.keys()]) {
      unmount(figure);
      mount(figure);
    }
  });
})();
