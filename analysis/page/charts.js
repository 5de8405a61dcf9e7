// Charts: how each is shown with its downloads and its table, and the forms that several sections use.
(function () {
  'use strict';
  const L = likvard, { $, element, svgElement, t } = L;
  // Okabe and Ito's colours, darkened for text contrast; dashes and marks keep lines apart without colour.
  L.colours = ['#0b4f6c', '#b34700', '#00664b', '#7a2e6b', '#7a6000', '#3b3b3b', '#1f5fbf', '#a3123a'];
  L.dashes = ['', '6 3', '2 2', '8 3 2 3', '4 2 1 2', '1 3', '10 4', '3 1'];
  L.symbols = [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond2, d3.symbolCross, d3.symbolStar, d3.symbolWye, d3.symbolTimes];
  L.ink = '#0b4f6c'; L.warm = '#b34700'; L.black = '#1d2327'; L.soft = '#56606a';

  // --- downloads
  function save(name, blob) {
    const link = element('a', null, { download: name, href: URL.createObjectURL(blob) });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const fileName = (name, ending) => `${`${L.data.title || 'likvard'} ${name}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 80)}.${ending}`;
  // Semicolons and decimal comma in Swedish, as Excel there reads them; full precision, not the digits shown.
  L.csv = (header, rows) => {
    const swedish = L.language() === 'sv', between = swedish ? ';' : ',';
    const text = (s) => { const safe = /^[=+@\t]/.test(s) ? `'${s}` : s; return /[;,"\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe; };
    const one = (c) => {
      if (c === null || typeof c !== 'object') return text(String(c));
      if (c.v === null || c.v === undefined || !Number.isFinite(c.v)) return '';
      const number = String(+c.v.toPrecision(9));
      return swedish ? number.replace('.', ',') : number;
    };
    return `\ufeff${[header, ...rows].map((row) => row.map(one).join(between)).join('\r\n')}\r\n`;
  };
  // All drawings and captions of a box as one picture with its title.
  L.picture = (box, title) => {
    const frame = box.getBoundingClientRect(), top = 34, width = Math.ceil(frame.width), height = Math.ceil(frame.height) + top + 6;
    const root = svgElement('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': 'system-ui, sans-serif', color: L.black, fill: L.black });
    root.append(svgElement('rect', { width, height, fill: '#fff' }));
    const write = (text, x, y, size, weight) => { const node = svgElement('text', { x, y, 'font-size': size, 'font-weight': weight || 400, fill: L.black }); node.textContent = text; root.append(node); };
    write(title, 4, 20, 15, 600);
    for (const node of box.querySelectorAll('svg')) {
      const at = node.getBoundingClientRect(), copy = node.cloneNode(true);
      for (const [key, value] of Object.entries({ x: at.left - frame.left, y: at.top - frame.top + top, width: at.width, height: at.height, overflow: 'visible' })) copy.setAttribute(key, value);
      root.append(copy);
    }
    for (const node of box.querySelectorAll('figcaption, h4, .legend span')) {
      const at = node.getBoundingClientRect(), inner = node.querySelector('svg'), style = getComputedStyle(node);
      write(node.textContent, (inner ? inner.getBoundingClientRect().right + 6 : at.left + parseFloat(style.paddingLeft)) - frame.left, at.top - frame.top + top + 0.8 * Math.min(at.height, 20), 12.5, node.tagName === 'H4' ? 600 : 400);
    }
    return { text: new XMLSerializer().serializeToString(root), width, height };
  };
  function savePng(name, drawing) {
    const image = new Image();
    image.onload = () => {
      const canvas = element('canvas', null, { width: 2 * drawing.width, height: 2 * drawing.height });
      const context = canvas.getContext('2d');
      context.scale(2, 2);
      context.drawImage(image, 0, 0, drawing.width, drawing.height);
      canvas.toBlob((blob) => save(name, blob), 'image/png');
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
  }

  // Puts a chart in its place: about is its text for those who cannot see it; sheet { name, header, rows, texts, unfold } its data
  // (texts: how many columns hold text; unfold: what the table is called where it is not a chart's). The table can be unfolded, and everything downloaded.
  L.show = (id, about, nodes, sheet) => {
    const box = $(id), chart = element('div', null, { class: 'chart' }), tools = element('div', null, { class: 'tools' });
    const open = box.querySelector(':scope > details')?.open;
    chart.append(...nodes);
    for (const svg of chart.querySelectorAll('svg')) if (!svg.closest('[aria-hidden]')) {
      const caption = svg.closest('figure')?.querySelector('figcaption')?.textContent;
      for (const part of svg.querySelectorAll('[aria-label]')) { part.dataset.mark = part.getAttribute('aria-label'); part.removeAttribute('aria-label'); } // the picture has one text
      svg.setAttribute('role', 'img');
      svg.setAttribute('aria-label', `${about}${caption ? ` (${caption})` : ''} ${t('chart.table-below')}`);
    }
    const button = (text, what) => { const node = element('button', text, { type: 'button', 'aria-label': t('chart.download', { what: `${text}: ${sheet.name}` }) }); node.addEventListener('click', what); return node; };
    if (chart.querySelector('svg')) tools.append(
      button('PNG', () => savePng(fileName(sheet.name, 'png'), L.picture(chart, sheet.name))),
      button('SVG', () => save(fileName(sheet.name, 'svg'), new Blob([L.picture(chart, sheet.name).text], { type: 'image/svg+xml' }))));
    tools.append(button('CSV', () => save(fileName(sheet.name, 'csv'), new Blob([L.csv(sheet.header, sheet.rows)], { type: 'text/csv' }))));
    const details = element('details');
    if (open) details.open = true;
    details.append(element('summary', sheet.unfold || t('chart.table')), L.scroll(t('chart.table-of', { name: sheet.name }), L.table(sheet.header, sheet.rows, sheet.texts)));
    box.replaceChildren(chart, tools, details);
  };
  // A table alone, with its download.
  L.showTable = (id, sheet) => {
    L.show(id, '', [L.scroll(sheet.name, L.table(sheet.header, sheet.rows, sheet.texts))], sheet);
    $(id).querySelector(':scope > details').remove();
  };
  // A table whose cells are drawn ([row title, cells]); sheet as above.
  L.showHeat = (id, header, rows, sheet) => {
    const node = element('table', null, { class: 'heat' }), head = element('tr');
    head.append(...header.map((text) => element('th', text, { scope: 'col' })));
    node.append(element('thead'), element('tbody'));
    node.tHead.append(head);
    for (const [title, cells] of rows) {
      const line = element('tr');
      line.append(element('th', title, { scope: 'row' }), ...cells);
      node.tBodies[0].append(line);
    }
    L.show(id, '', [L.scroll(sheet.name, node)], sheet);
  };
  L.legend = (items) => { // [text, colour, dash, symbol place or null, width]
    const node = element('div', null, { class: 'legend', 'aria-hidden': 'true' });
    for (const [text, colour, dash, symbol, wide] of items) {
      const span = element('span'), svg = svgElement('svg', { width: dash === null ? 14 : 34, height: 14 });
      if (dash !== null) svg.append(svgElement('line', { x1: 0, x2: 34, y1: 7, y2: 7, stroke: colour, 'stroke-width': wide || 2, 'stroke-dasharray': dash }));
      if (symbol !== null && symbol !== undefined) svg.append(svgElement('path', { d: d3.symbol(L.symbols[symbol], 44)(), transform: `translate(${dash === null ? 7 : 17},7)`, fill: colour }));
      span.append(svg, document.createTextNode(text));
      node.append(span);
    }
    return node;
  };
  L.captioned = (caption, chart) => {
    const node = element('figure');
    node.append(element('figcaption', caption), chart);
    return node;
  };

  // Rows of marks with intervals; on a narrow screen names stand above the marks so that they can be read.
  // rows: [{ colour, symbol, hollow, shift, points: [{ name, value, low, high, text }] }]; options: width, label, domain, zero, mean, bars.
  L.intervalChart = (rows, names, options) => {
    const width = options.width, narrow = L.phone(), perLine = narrow ? 54 : 30;
    return Plot.plot({
      width, height: 52 + perLine * names.length, marginLeft: narrow ? 8 : Math.min(300, width * 0.34), marginRight: 14, marginBottom: 40, style: { fontSize: '12px' },
      x: { label: options.label, labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: narrow ? 4 : 7, domain: options.domain, tickFormat: L.tick },
      y: { label: null, domain: names, axis: narrow ? null : 'left', tickFormat: (text) => L.shorten(text, 44), tickSize: 0, padding: 0.3 },
      marks: [
        narrow ? Plot.text(names, { y: (text) => text, x: () => options.domain[0], text: (text) => L.shorten(text, 44), textAnchor: 'start', dy: -17, fontSize: 12 }) : null,
        Plot.ruleX([options.zero], { stroke: L.black }),
        options.mean === undefined ? null : Plot.ruleX([options.mean], { stroke: L.soft, strokeDasharray: '4 3' }),
        options.bars ? Plot.ruleY(options.bars, { y: 'name', x1: 'x1', x2: 'x2', stroke: '#c9d0d6', strokeWidth: 9 }) : null,
        ...rows.map((series) => Plot.link(series.points, { y1: 'name', y2: 'name', x1: 'low', x2: 'high', stroke: series.colour, strokeWidth: 2.4, strokeOpacity: 0.6, dy: series.shift, clip: true })),
        ...rows.map((series) => Plot.dot(series.points, { y: 'name', x: 'value', r: 4.2, fill: series.hollow ? '#fff' : series.colour, stroke: series.colour, strokeWidth: 1.8, symbol: series.symbol || 'circle', dy: series.shift, title: 'text', tip: true })),
      ].filter(Boolean),
    });
  };
  // Limits of an axis that holds all of them.
  L.extent = (rows, extra) => {
    const [low, high] = d3.extent([...rows.flatMap((r) => r.points.flatMap((p) => [p.low, p.high, p.value])), ...extra]);
    const space = 0.03 * (high - low || 1);
    return [low - space, high + space];
  };
})();
