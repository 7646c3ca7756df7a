// Mounts ECharts in <figure data-chart='{…}'><div class="plot" aria-label="…"></div></figure>.
// data-chart: {desc, x: [labels], s: [{n: name, v: [values], c: palette index, open: last period incomplete, cmp: comparison,
//              kind: "line" | "bar", stack: key}], area, unit} for axes, or {kind: "pie" | "funnel", desc, s: [{n, v}]}.
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
  function tooltip(points) {
    const list = Array.isArray(points) ? points : [points];
    const box = make('div', 'tip');
    const table = make('table');
    table.append(make('caption', '', list[0].axisValueLabel ?? list[0].name));
    for (const point of list) {
      if (point.value == null || point.seriesName.startsWith('_')) continue;
      const row = make('tr');
      const head = make('th');
      const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      const bar = document.createElementNS(mark.namespaceURI, 'rect');
      for (const [key, value] of [['width', 12], ['height', 3], ['y', 3], ['fill', point.color]]) bar.setAttribute(key, value);
      mark.append(bar);
      head.append(mark, list.length === 1 && point.name && !point.axisValueLabel ? point.name : point.seriesName);
      row.append(head, make('td', '', number.format(point.value)));
      table.append(row);
    }
    box.append(table);
    return box;
  }

  function lines(data, palette) {
    const result = [];
    const direct = wide() && data.s.filter((s) => !s.cmp && s.kind !== 'bar').length <= 4 && data.s.length > 1;
    data.s.forEach((s, index) => {
      const colour = palette[(s.c ?? index) % palette.length];
      if (s.kind === 'bar') {
        result.push({ type: 'bar', name: s.n, data: s.v, stack: s.stack, barMaxWidth: 28, itemStyle: { color: colour }, emphasis: { disabled: true } });
        return;
      }
      const label = { show: direct && !s.cmp, formatter: s.n, color: colour, fontWeight: 500, fontSize: 12, distance: 6, fontFamily: 'inherit' };
      const base = {
        type: 'line', name: s.n, showSymbol: false, symbolSize: 6, stack: s.stack, z: s.cmp ? 1 : 3, emphasis: { disabled: true },
        lineStyle: { width: 2, color: colour, type: s.cmp ? [4, 4] : 'solid', opacity: s.cmp ? 0.55 : 1 },
        itemStyle: { color: colour },
        areaStyle: data.area ? { color: colour, opacity: 0.12 } : undefined,
      };
      if (s.open && s.v.length > 1) {
        const last = s.v.length - 1;
        result.push({ ...base, data: s.v.slice(0, -1) });
        result.push({ ...base, name: `_${s.n}`, animation: false, areaStyle: undefined, lineStyle: { ...base.lineStyle, type: [2, 4] }, endLabel: label,
          data: s.v.map((value, i) => (i >= last - 1 ? value : null)) });
      } else {
        result.push({ ...base, data: s.v, endLabel: s.v.at(-1) == null ? undefined : label });
      }
    });
    return { series: result, direct };
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
    const { series, direct } = lines(data, palette);
    const bars = series.some((s) => s.type === 'bar');
    const skip = Math.max(0, Math.ceil(data.x.length / (wide() ? 8 : 4)) - 1);
    return { ...common, series,
      tooltip: { ...common.tooltip, axisPointer: { ...common.tooltip.axisPointer, type: bars ? 'shadow' : 'line' } },
      grid: { left: 8, right: direct ? 104 : 12, top: 16, bottom: 4, containLabel: true },
      xAxis: { type: 'category', boundaryGap: bars, data: data.x, axisLine: { lineStyle: { color: ink.axis } }, axisTick: { show: false },
        axisLabel: { color: ink.muted, fontSize: 11, margin: 10, hideOverlap: true, interval: skip } },
      yAxis: { type: 'value', splitNumber: 4, minInterval: data.whole === false ? 0 : 1,
        axisLabel: { color: ink.muted, fontSize: 11, formatter: (value) => short.format(value) + (data.unit ?? '') },
        splitLine: { lineStyle: { color: ink.grid } } } };
  }

  function mount(figure) {
    if (mounted.has(figure)) return;
    const plot = figure.querySelector('.plot');
    const chart = echarts.init(plot, null, { renderer: 'svg', locale: zh ? 'ZH' : 'EN' });
    chart.setOption(options(JSON.parse(figure.dataset.chart)));
    plot.setAttribute('role', 'img');
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
