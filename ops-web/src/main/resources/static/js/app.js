// Behaviour of the frame and of the small components. No text for people in here: it comes from the page.
(() => {
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, action, options) => document.addEventListener(type, action, options);
  const meta = (name) => $(`meta[name="${name}"]`)?.content;
  const text = (key) => document.body.dataset[`text${key[0].toUpperCase()}${key.slice(1)}`] ?? '';
  const remember = (name, value) => {
    document.cookie = `${meta('cookie-prefix') ?? ''}${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  };
  const typing = (event) => event.isComposing || event.keyCode === 229
    || Boolean(event.target.closest?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .ts-wrapper'));

  // ---- Requests -------------------------------------------------------------------------------------------------

  on('htmx:configRequest', (event) => {
    if (event.detail.verb !== 'get' && meta('csrf-header')) event.detail.headers[meta('csrf-header')] = meta('csrf-token');
    // What nobody did does not keep the session alive: polls have no event, server-sent ones are named after their stream.
    const { triggeringEvent } = event.detail;
    if (!triggeringEvent?.type || /^(sse:|every|load$)/.test(triggeringEvent.type)) event.detail.headers['Opsdeck-Refresh'] = 'true';
  });
  on('htmx:sendError', () => toast(text('offline'), 'bad'));
  on('htmx:timeout', () => toast(text('slow'), 'bad'));
  on('htmx:responseError', (event) => {
    // An answer that brings its own words needs none of ours.
    const { xhr } = event.detail;
    if (xhr.status !== 401 && !xhr.getResponseHeader('HX-Trigger')) toast(text('failed'), 'bad', xhr.getResponseHeader('X-Request-Id'));
  });

  // Focus never gets lost in a swap: the first invalid field, else what the answer marks.
  on('htmx:afterSettle', (event) => {
    const target = event.detail.elt;
    if (!target?.isConnected) return;
    const place = $('[aria-invalid=true]', target) ?? $('[data-autofocus]', target);
    if (place) {
      if (!place.matches('a, button, input, select, textarea, [tabindex]')) place.tabIndex = -1;
      place.focus({ preventScroll: place.matches('[data-autofocus]') });
    }
  });

  // A field that names a button runs it with Ctrl or Command and Enter.
  on('keydown', (event) => {
    const run = event.target.dataset?.run;
    if (run && event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      document.getElementById(run)?.click();
    }
  });

  // ---- Toasts and offline bar -----------------------------------------------------------------------------------

  function toast(message, kind = 'good', detail) {
    const template = $('#toast-template');
    if (!message || !template) return;
    const node = template.content.firstElementChild.cloneNode(true);
    node.dataset.kind = kind;
    $('[data-text]', node).textContent = detail ? `${message} (${detail})` : message;
    $('#toasts').append(node);
  }
  const armed = new WeakSet();
  function armToast(node) {
    if (armed.has(node)) return;
    armed.add(node);
    if (node.dataset.kind === 'bad') return;
    let timer;
    const start = () => { timer = setTimeout(() => node.remove(), Number(node.dataset.for ?? 6000)); };
    const stop = () => clearTimeout(timer);
    for (const type of ['mouseenter', 'focusin']) node.addEventListener(type, stop);
    for (const type of ['mouseleave', 'focusout']) node.addEventListener(type, start);
    start();
  }
  const toasts = $('#toasts');
  if (toasts) {
    [...toasts.children].forEach(armToast);
    new MutationObserver((changes) => changes.forEach((c) => c.addedNodes.forEach((n) => n.nodeType === 1 && armToast(n)))).observe(toasts, { childList: true });
  }
  // HX-Trigger: {"toast": {"text": "…", "kind": "good|warn|bad|info"}}
  on('toast', (event) => toast(event.detail.text, event.detail.kind));
  const line = () => { const bar = $('#offline'); if (bar) bar.hidden = navigator.onLine; };
  addEventListener('online', line);
  addEventListener('offline', line);
  line();

  // ---- Theme, density, sidebar ----------------------------------------------------------------------------------

  function marks() {
    const state = { theme: root.dataset.theme, density: root.dataset.density ?? 'comfortable' };
    $$('[data-set-theme]').forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.setTheme === state.theme)));
    $$('[data-set-density]').forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.setDensity === state.density)));
  }
  function nav() {
    const frame = $('.od');
    if (!frame) return;
    frame.dataset.nav = frame.dataset.nav === 'mini' ? 'full' : 'mini';
    remember('od-nav', frame.dataset.nav);
    $$('.side a.nl').forEach((a) => { a.title = frame.dataset.nav === 'mini' ? a.querySelector('.t').textContent : ''; });
    $$('[data-nav-toggle]').forEach((b) => b.setAttribute('aria-expanded', String(frame.dataset.nav === 'full')));
  }
  marks();

  // ---- Times ----------------------------------------------------------------------------------------------------

  const zone = root.dataset.zone || undefined;
  const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: 'auto', style: root.lang.startsWith('zh') ? 'long' : 'short' });
  let full;
  try {
    full = new Intl.DateTimeFormat(root.lang, { dateStyle: 'long', timeStyle: 'long', timeZone: zone });
  } catch {
    full = new Intl.DateTimeFormat(root.lang, { dateStyle: 'long', timeStyle: 'long' });
  }
  const steps = [['year', 31536000], ['month', 2592000], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60]];
  function times(from) {
    $$('time[data-rel]', from).forEach((node) => {
      const at = new Date(node.dateTime);
      if (Number.isNaN(at.getTime())) return;
      const seconds = (at - Date.now()) / 1000;
      const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
      node.textContent = unit === 'second' ? relative.format(0, 'second') : relative.format(Math.round(seconds / size), unit);
      node.title = full.format(at);
    });
  }
  setInterval(() => document.hidden || times(document), 30000);

  // ---- Files ----------------------------------------------------------------------------------------------------

  on('change', (event) => {
    const name = event.target.matches('input[data-file]') && $('[data-file-name]', event.target.parentElement);
    if (name && event.target.files.length) name.textContent = event.target.files[0].name;
  });

  // ---- Menus (details.menu) -------------------------------------------------------------------------------------

  const closeMenus = (except) => $$('details.menu[open]').forEach((m) => m !== except && !m.contains(except) && (m.open = false));
  on('toggle', (event) => {
    if (event.target.matches('details.menu') && event.target.open) closeMenus(event.target);
  }, true);
  function menuKeys(event) {
    const menu = event.target.closest?.('details.menu[open]');
    if (!menu || !['ArrowDown', 'ArrowUp'].includes(event.key) || event.target.matches('input, select')) return false;
    const items = $$('.mi, .seg button, .seg a', menu).filter((i) => i.offsetParent);
    const at = items.indexOf(document.activeElement);
    items.at((at + (event.key === 'ArrowDown' ? 1 : -1) + items.length + (at < 0 && event.key === 'ArrowUp' ? 1 : 0)) % items.length)?.focus();
    event.preventDefault();
    return true;
  }

  // ---- Dialogs, confirmation, drawer ----------------------------------------------------------------------------

  const open = (dialog) => dialog && !dialog.open && dialog.showModal();
  function ask(message, action, danger, go) {
    const dialog = $('#confirm');
    if (!dialog) return;
    $('[data-text]', dialog).textContent = message;
    const button = $('[data-yes]', dialog);
    $('[data-label]', button).textContent = action || button.dataset.standard;
    button.classList.toggle('btn-bad', danger);
    button.classList.toggle('btn-primary', !danger);
    button.onclick = () => { dialog.close(); go(); };
    open(dialog);
  }
  const agreed = new WeakSet();
  const wording = (node) => [node.dataset.confirm, node.dataset.confirmAction, node.dataset.confirmKind !== 'plain'];
  // htmx requests: data-confirm on the element that sends. Plain forms and links: on the form, its button or the link.
  on('htmx:confirm', (event) => {
    const node = event.detail.elt;
    if (!node.dataset?.confirm || agreed.delete(node)) return;
    event.preventDefault();
    ask(...wording(node), () => event.detail.issueRequest(true));
  });
  on('submit', (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
    if (!source || agreed.delete(form)) return;
    if (source === form && form.matches('[hx-post], [hx-put], [hx-delete], [hx-patch], [hx-get]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    ask(...wording(source), () => { agreed.add(form); form.requestSubmit(submitter ?? undefined); });
  }, true);

  let opener;
  on('htmx:beforeRequest', (event) => {
    if (event.detail.target?.id === 'drawer' && !$('#drawer').firstElementChild) opener = event.detail.elt;
  });
  function closeDrawer() {
    const place = $('#drawer');
    if (!place?.firstElementChild) return false;
    window.htmx?.trigger(place, 'od:closed');
    place.replaceChildren();
    const url = new URL(location.href);
    if (url.searchParams.has('open')) {
      url.searchParams.delete('open');
      history.replaceState(history.state, '', url);
    }
    if (opener?.isConnected) opener.focus();
    opener = null;
    return true;
  }

  // ---- Command palette ------------------------------------------------------------------------------------------

  const palette = $('#palette');
  let wait;
  let asked = 0;
  let stale = false; // the answers do not belong to what is typed now
  let eager = null; // Enter came before its answers
  const options = () => $$('[role=option]', $('#palette-out'));
  function choose(index) {
    const list = options();
    const input = $('input', palette);
    list.forEach((option, i) => {
      option.id ||= `palette-option-${i}`;
      option.tabIndex = -1;
      option.setAttribute('aria-selected', String(i === index));
    });
    if (list[index]) {
      input.setAttribute('aria-activedescendant', list[index].id);
      list[index].scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  }
  function take(event) {
    const chosen = options().find((o) => o.getAttribute('aria-selected') === 'true');
    eager = null;
    if (!chosen) return;
    if ((event.ctrlKey || event.metaKey) && chosen.href) window.open(chosen.href, '_blank', 'noopener');
    else chosen.click();
  }
  async function find() {
    const turn = ++asked;
    try {
      const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent($('input', palette).value)}`, {
        headers: { 'X-Requested-With': 'palette' }, credentials: 'same-origin',
      });
      if (answer.redirected || answer.status === 401) return location.reload();
      const html = await answer.text();
      // Asked last of all: while the text came, something else may have been typed.
      if (!answer.ok || turn !== asked) return undefined;
      // Parsed, not executed: the policy forbids inline script, and the server escapes what people typed.
      $('#palette-out').replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
      choose(0);
      stale = false;
      if (eager) take(eager);
    } catch {
      line();
    }
    return undefined;
  }
  function openPalette() {
    if (!palette || palette.open) return;
    closeMenus();
    $$('dialog[open]').forEach((d) => d.close());
    palette.showModal();
    $('input', palette).select();
    stale = true;
    eager = null;
    find();
  }
  palette?.addEventListener('input', () => { asked++; stale = true; eager = null; clearTimeout(wait); wait = setTimeout(find, 120); });
  palette?.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const list = options();
    const at = list.findIndex((o) => o.getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.length) choose((at + (event.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      palette.close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (stale) eager = event;
      else take(event);
    }
  });

  // ---- Rows: j, k, x, Enter -------------------------------------------------------------------------------------

  const rows = () => $$('table[data-rows] tbody tr:not([hidden])').filter((r) => r.offsetParent && $('a, input', r));
  function step(by) {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex((r) => r.classList.contains('here'));
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    list.forEach((r) => r.classList.toggle('here', r === next));
    ($('a', next) ?? $('input', next)).focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
  // Row check boxes: [data-check] in rows, [data-check-all] in the head, .bulk shown while something is ticked.
  function ticks(table) {
    const boxes = $$('tbody [data-check]', table);
    const chosen = boxes.filter((b) => b.checked);
    boxes.forEach((b) => b.closest('tr').setAttribute('aria-selected', String(b.checked)));
    const all = $('[data-check-all]', table);
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
    const bulk = table.id ? $(`.bulk[data-for="${table.id}"]`) : null;
    if (bulk) {
      bulk.hidden = chosen.length === 0;
      $$('[data-count]', bulk).forEach((n) => { n.textContent = new Intl.NumberFormat(root.lang).format(chosen.length); });
    }
  }
  on('change', (event) => {
    const table = event.target.closest?.('table');
    if (event.target.matches('[data-check-all]')) $$('tbody [data-check]', table).forEach((b) => { b.checked = event.target.checked; });
    if (event.target.matches('[data-check], [data-check-all]')) ticks(table);
    if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
  });

  // What an entry of the palette does instead of leading somewhere: the form it stands for is sent.
  function send(address) {
    const [action, query] = address.split('?');
    const form = document.createElement('form');
    form.method = 'post';
    form.action = action;
    for (const [name, value] of [...new URLSearchParams(query), ['_csrf', meta('csrf-token')]]) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  }

  // ---- Clicks ---------------------------------------------------------------------------------------------------

  async function copy(button) {
    const source = button.dataset.copy;
    const node = source.startsWith('#') ? $(source) : null;
    try {
      await navigator.clipboard.writeText(node ? node.value ?? node.textContent.trim() : source);
      toast(text('copied'));
    } catch {
      toast(text('copyFailed'), 'bad');
    }
  }
  on('click', (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    if (!hit('details.menu')) closeMenus();
    if (hit('#palette [role=option]')) palette.close();
    const link = hit('a[data-confirm]:not([hx-get]):not([hx-post])');
    if (link) {
      event.preventDefault();
      ask(...wording(link), () => location.assign(link.href));
    } else if (hit('[data-copy]')) copy(hit('[data-copy]'));
    else if (hit('[data-send]')) send(hit('[data-send]').dataset.send);
    else if (hit('[data-open]')) {
      closeMenus();
      if (hit('[data-open]').dataset.open === 'palette') openPalette();
      else open(document.getElementById(hit('[data-open]').dataset.open));
    } else if (hit('[data-close]')) {
      const dialog = hit('dialog');
      if (dialog) dialog.close();
      else closeDrawer();
    } else if (hit('[data-dismiss]')) hit('[data-dismissible]')?.remove();
    else if (hit('[data-nav-toggle]')) nav();
    else if (hit('[data-set-theme]')) {
      remember('od-theme', hit('[data-set-theme]').dataset.setTheme);
      document.dispatchEvent(new CustomEvent('od:theme-choice'));
      marks();
    } else if (hit('[data-set-density]')) {
      root.dataset.density = hit('[data-set-density]').dataset.setDensity;
      remember('od-density', root.dataset.density);
      marks();
    } else if (hit('[data-reveal]')) {
      const button = hit('[data-reveal]');
      const field = document.getElementById(button.dataset.reveal);
      const shown = field.type === 'text';
      field.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', String(!shown));
    } else if (hit('[data-back]')) history.back();
    else if (hit('[data-reload]')) location.reload();
    else if (event.target.matches?.('dialog[open]')) {
      const box = event.target.getBoundingClientRect();
      const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
      if (outside) event.target.close();
    }
  });

  // A link that says elsewhere that it was followed, however it is opened.
  for (const type of ['click', 'auxclick']) {
    on(type, (event) => {
      const link = event.target.closest?.('a[data-followed]');
      if (link && event.button !== 2) navigator.sendBeacon(link.dataset.followed, new URLSearchParams({ _csrf: meta('csrf-token') }));
    });
  }

  // ---- Keys -----------------------------------------------------------------------------------------------------

  let after = 0;
  const shortcuts = () => Object.fromEntries($$('[data-go]').map((a) => [a.dataset.go, a.href]));
  on('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      if (palette?.open) palette.close();
      else openPalette();
      return;
    }
    if (menuKeys(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      const menu = $('details.menu[open]');
      if (menu) {
        menu.open = false;
        $('summary', menu).focus();
      } else if (!$('dialog[open]') && !typing(event)) closeDrawer();
      return;
    }
    if (typing(event) || $('dialog[open]') || root.dataset.keys === 'off') return;
    if (Date.now() - after < 1200) {
      after = 0;
      const href = shortcuts()[event.key];
      if (href) {
        event.preventDefault();
        location.assign(href);
        return;
      }
    }
    const keys = {
      '[': nav,
      '?': () => open($('#keys')),
      '/': () => { const field = $('[data-search]'); if (field?.offsetParent) field.focus(); else openPalette(); },
      g: () => { after = Date.now(); },
      c: () => { const menu = $('#create'); if (menu) { menu.open = true; $('.mi', menu)?.focus(); } },
      j: () => step(1),
      k: () => step(-1),
      x: () => $('tr.here [data-check]')?.click(),
      Enter: () => { if (document.activeElement === document.body) $('tr.here a')?.click(); },
    };
    if (!Object.hasOwn(keys, event.key)) return;
    if (event.key !== 'Enter') event.preventDefault();
    keys[event.key]();
  });

  // ---- Saved views and pickers ----------------------------------------------------------------------------------

  // A filter changes the address without a new page, so the tabs follow it. The same normal form as the server's.
  const places = new Set(['cursor', 'open', 'replayed', 'saved']);
  const filterOf = (search) => {
    const fields = [...new URLSearchParams(search)].filter(([name, value]) => value && !places.has(name));
    return new URLSearchParams(fields.sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  };
  function views() {
    if (!$('[data-views]')) return;
    const now = filterOf(location.search);
    $$('[data-views] nav a').forEach((a) => {
      if (filterOf(new URL(a.href).search) === now) a.setAttribute('aria-current', 'page');
      else a.removeAttribute('aria-current');
    });
    const form = $('[data-view-form]');
    form.elements.query.value = now;
    $('[data-view-none]', form).hidden = now !== '';
    $('[data-view-some]', form).hidden = now === '';
  }
  on('htmx:pushedIntoHistory', views);

  // A select whose options are too many for a page: what is typed is asked of the server.
  function pick(select) {
    if (!window.TomSelect || select.tomselect) return;
    const label = select.getAttribute('aria-label');
    const picker = new TomSelect(select, {
      allowEmptyOption: true, maxOptions: 60, searchField: ['text'], score: () => () => 1,
      load: (typed, done) => fetch(`${select.dataset.pick}?q=${encodeURIComponent(typed)}`, { credentials: 'same-origin' })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((names) => { picker.clearOptions((option) => option.value === '' || picker.items.includes(option.value)); done(names.map((name) => ({ value: name, text: name }))); })
        .catch(() => done()),
      render: { no_results: (data, escape) => `<div class="no-results">${escape(select.dataset.textNone)}</div>` },
    });
    picker.control_input.setAttribute('aria-label', label);
  }

  // ---- Wide tables ----------------------------------------------------------------------------------------------

  // A table that is wider than its place can be moved with the keys; one that fits is no stop on their way.
  const breadth = new ResizeObserver((changes) => {
    for (const box of new Set(changes.map((change) => change.target.closest('.tw')))) {
      if (box.scrollWidth > box.clientWidth) {
        const heading = $('caption', box) ?? $('h2', box.closest('section') ?? box) ?? $('h1');
        box.tabIndex = 0;
        box.setAttribute('role', 'group');
        box.setAttribute('aria-label', heading?.textContent.trim() ?? '');
      } else {
        ['tabindex', 'role', 'aria-label'].forEach((name) => box.removeAttribute(name));
      }
    }
  });
  const measure = (box) => [box, ...box.children].forEach((node) => breadth.observe(node));

  // ---- Start ----------------------------------------------------------------------------------------------------

  const start = (node) => {
    times(node);
    $$('select[data-pick]', node).forEach(pick);
    $$('table', node).forEach((table) => $('[data-check]', table) && ticks(table));
    $$('.tw:not([role=region])', node).forEach(measure);
  };
  if (window.htmx) htmx.onLoad(start);
  else start(document);
  // /tokens#new: whoever comes to make something begins with the first field of that card.
  function begin() {
    const heading = /^#[\w-]+$/.test(location.hash) ? $(`main h2${location.hash}`) : null;
    const card = heading?.closest('section');
    if (card) $('form input:not([type=hidden]), form select, form textarea', card)?.focus();
  }
  // The browser itself goes to the heading and takes the focus away, so this comes after it.
  for (const type of ['load', 'hashchange']) addEventListener(type, () => setTimeout(begin));
  if (!$('main')?.contains(document.activeElement)) $('main [aria-invalid=true]')?.focus();
})();
