// The builder of insights: fields that suggest, focus that stays where it was, people behind numbers, charts as pictures.
// No text for people in here: it comes from the page.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const number = new Intl.NumberFormat(document.documentElement.lang, { notation: 'compact', maximumFractionDigits: 1 });

  // ---- Suggestions: what is typed is asked of the server, which knows how often each thing occurs ------------------

  function suggest(select) {
    if (!window.TomSelect || select.tomselect) return;
    const { suggest: url, textNone, textNew, placeholder, groupEvent, groupProfile } = select.dataset;
    const create = 'create' in select.dataset;
    const label = select.getAttribute('aria-label');
    const invalid = select.getAttribute('aria-invalid');
    const picker = new TomSelect(select, {
      allowEmptyOption: !select.multiple, maxOptions: 130, searchField: ['text'], score: () => () => 1, loadThrottle: 120, placeholder: placeholder ?? '',
      create: create && ((typed) => ({ value: typed, text: typed })), createOnBlur: create, persist: false, preload: 'focus', hidePlaceholder: true,
      ...(groupEvent && { optgroupField: 'group', lockOptgroupOrder: true, optgroups: [{ value: 'event', label: groupEvent }, { value: 'profile', label: groupProfile }] }),
      plugins: select.multiple ? { remove_button: { title: '' } } : {}, shouldLoad: () => true,
      load: (typed, done) => fetch(`${url}${url.includes('?') ? '&' : '?'}q=${encodeURIComponent(typed)}`, { credentials: 'same-origin' })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((found) => { picker.clearOptions((option) => option.value === '' || picker.items.includes(option.value)); done(found); })
        .catch(() => done()),
      render: {
        option: (data, escape) => `<div class="sug"><span>${escape(data.text)}</span>${data.count == null ? '' : `<span class="m">${escape(number.format(data.count))}</span>`}</div>`,
        no_results: (data, escape) => `<div class="no-results">${escape(textNone ?? '')}</div>`,
        option_create: (data, escape) => `<div class="create">${escape(textNew ?? '')} <b>${escape(data.input)}</b></div>`,
        loading: () => '',
      },
    });
    picker.control_input.setAttribute('aria-label', label);
    if (invalid) picker.control_input.setAttribute('aria-invalid', invalid);
    picker.on('dropdown_open', () => picker.preload());
  }
  // The focus comes back to a picker without its list: that would hide what is to be filled in next.
  function goBackTo(field) {
    const picker = field?.closest('.ts-wrapper')?.previousElementSibling?.tomselect;
    if (!picker) {
      field?.focus({ preventScroll: true });
      return;
    }
    picker.settings.openOnFocus = false;
    picker.wrapper.classList.add('preloaded');
    field.focus({ preventScroll: true });
    picker.wrapper.classList.remove('preloaded');
    picker.settings.openOnFocus = true;
  }
  // Whoever sends the focus to the select behind a picker means the picker.
  document.addEventListener('focusin', (event) => event.target.matches?.('select.tomselected') && event.target.tomselect.focus());

  // ---- Focus: the form is drawn anew with each answer --------------------------------------------------------------

  let place;
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (!event.target.matches?.('.config')) return;
    const button = event.detail.requestConfig.triggeringEvent?.submitter;
    place = button?.name === 'add' ? { known: new Set($$('.config [name]').map((field) => field.name)) } : { id: document.activeElement?.id };
  });
  document.addEventListener('htmx:afterSettle', () => {
    if (!place || !$('#builder')) return;
    const { known, id } = place;
    place = null;
    if (known) {
      const field = $$('.config [name]').find((each) => !known.has(each.name) && (each.tomselect || each.matches('select:not([name="people.match"])')));
      if (field?.tomselect) field.tomselect.focus();
      else field?.focus();
    } else if (id && document.activeElement === document.body) goBackTo(document.getElementById(id));
  });

  // ---- People behind a number --------------------------------------------------------------------------------------

  function people(url) {
    window.htmx.ajax('GET', url, { target: '#drawer', swap: 'innerHTML' });
  }
  document.addEventListener('od:people', (event) => people(event.detail));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-people]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    people(link.href);
  });

  // ---- A chart as a picture ----------------------------------------------------------------------------------------

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-png]');
    const figure = button && $('figure[data-chart]', button.closest('.card'));
    if (!figure) return;
    const plot = $('.plot', figure);
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement('canvas');
      canvas.width = plot.clientWidth * 2;
      canvas.height = plot.clientHeight * 2;
      const pen = canvas.getContext('2d');
      pen.fillStyle = getComputedStyle(button.closest('.card')).backgroundColor;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const link = document.createElement('a');
      link.href = canvas.toDataURL('image/png');
      link.download = `${$('h2', button.closest('.card')).textContent}.png`;
      link.click();
    };
    picture.src = echarts.getInstanceByDom(plot).getDataURL({ type: 'svg' });
  });

  const start = (node) => $$('select[data-suggest]', node).forEach(suggest);
  if (window.htmx) htmx.onLoad(start);
  else start(document);
})();
