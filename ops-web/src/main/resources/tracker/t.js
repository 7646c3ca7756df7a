/* Opsdeck tracker. Commands: init, track, page, screen, identify, group, alias, reset, flush, optOut, optIn.
   Events go in batches as plain text, so that no preflight is needed; a retry carries the same messageIds. */
(function (window, document, navigator) {
  'use strict';
  var VERSION = '1.0';
  var PREFIX = 'opsdeck.';
  var MOST_EVENTS = 20;
  var MOST_BYTES = 60000;
  var MOST_KEPT = 200;
  var stub = window.opsdeck;
  if (stub && stub.loaded) return;

  var script = document.currentScript;
  var memory = {};
  var settings = { host: script ? new URL(script.src).origin : location.origin, wait: 1000 };
  var key = '';
  var queue = [];
  var sending = null;
  var timer = 0;
  var failures = 0;
  var lastPage = '';

  // What the browser keeps: local storage, else a cookie of this site, else only this page.
  function read(name) {
    try {
      var kept = localStorage.getItem(PREFIX + name);
      if (kept !== null) return kept;
    } catch (e) { /* storage is forbidden */ }
    var cookie = document.cookie.match('(?:^|; )' + (PREFIX + name).replace('.', '\\.') + '=([^;]*)');
    return cookie ? decodeURIComponent(cookie[1]) : memory[name] || null;
  }
  function write(name, value) {
    memory[name] = value;
    try {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, value);
      return;
    } catch (e) { /* storage is forbidden or full */ }
    if (name === 'queue') return;
    document.cookie = PREFIX + name + '=' + encodeURIComponent(value || '') + '; path=/; samesite=lax; max-age='
      + (value === null ? 0 : 31536000) + (location.protocol === 'https:' ? '; secure' : '');
  }

  function id() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, function () {
      return Math.floor(Math.random() * 16).toString(16);
    });
  }
  function anonymousId() {
    var known = read('anonymousId');
    if (!known) write('anonymousId', known = id());
    return known;
  }
  function silent() {
    var asked = settings.respectDnt && (navigator.globalPrivacyControl || (navigator.doNotTrack || window.doNotTrack) === '1');
    return Boolean(asked) || read('optOut') === '1';
  }

  function context() {
    var campaign;
    new URLSearchParams(location.search).forEach(function (value, name) {
      if (name.indexOf('utm_') === 0) (campaign = campaign || {})[name === 'utm_campaign' ? 'name' : name.slice(4)] = value;
    });
    var zone;
    try {
      zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    } catch (e) { /* an old browser */ }
    return {
      library: { name: 'opsdeck-js', version: VERSION },
      page: place(),
      userAgent: navigator.userAgent,
      locale: navigator.language,
      timezone: zone,
      screen: { width: screen.width, height: screen.height, density: window.devicePixelRatio },
      campaign: campaign,
    };
  }
  function place() {
    return {
      url: location.href.split('#')[0], path: location.pathname, search: location.search, title: document.title, referrer: document.referrer,
    };
  }

  function add(type, fields) {
    if (silent()) return;
    var event = { type: type, messageId: id(), timestamp: new Date().toISOString(), anonymousId: anonymousId(), context: context() };
    var user = read('userId');
    if (user) event.userId = user;
    for (var name in fields) if (fields[name] !== undefined && fields[name] !== null) event[name] = fields[name];
    queue.push(event);
    if (queue.length > MOST_KEPT) queue.shift();
    if (queue.length >= MOST_EVENTS) flush();
    else later(settings.wait);
  }
  function later(wait) {
    if (!timer) timer = setTimeout(flush, wait);
  }

  /** The next events of the queue that fit into one request. */
  function next(from) {
    var batch = [];
    var bytes = 0;
    for (var i = from; i < queue.length && batch.length < MOST_EVENTS; i++) {
      // Up to three bytes a character.
      bytes += JSON.stringify(queue[i]).length * 3;
      if (batch.length && bytes > MOST_BYTES) break;
      batch.push(queue[i]);
    }
    return batch;
  }
  function body(batch) {
    return JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch: batch });
  }
  function done(batch) {
    queue = queue.filter(function (event) { return batch.indexOf(event) < 0; });
  }

  function flush() {
    clearTimeout(timer);
    timer = 0;
    if (sending || !queue.length || !key) return;
    var batch = sending = next(0);
    fetch(settings.host + '/v1/b', { method: 'POST', body: body(batch), credentials: 'omit', headers: { 'Content-Type': 'text/plain' } })
      .then(function (answer) {
        if (answer.status === 429 || answer.status >= 500) throw Number(answer.headers.get('Retry-After')) || 0;
        if (!answer.ok) console.warn('opsdeck: ' + batch.length + ' events were refused with status ' + answer.status);
        failures = 0;
        sending = null;
        done(batch);
        write('queue', null);
        if (queue.length) later(0);
      })
      .catch(function (wait) {
        failures++;
        sending = null;
        write('queue', JSON.stringify(queue));
        // 1 s, 2 s, 4 s up to a minute, not all visitors at once.
        var pause = Math.min(60000, 500 * Math.pow(2, failures)) * (1 + Math.random() / 4);
        later(Math.max(pause, (typeof wait === 'number' ? wait : 0) * 1000));
      });
  }

  /** The page goes away: whatever waits or is on its way leaves as a beacon, once more under the same messageIds. */
  function leave() {
    var sent = 0;
    while (key && sent < queue.length) {
      var batch = next(sent);
      if (!navigator.sendBeacon || !navigator.sendBeacon(settings.host + '/v1/b', body(batch))) break;
      sent += batch.length;
    }
    // A beacon says nothing of its fate: after a failure everything is kept for the next page as well.
    if (!failures) queue = queue.slice(sent);
    if (queue.length) write('queue', JSON.stringify(queue));
  }

  function moved() {
    var now = location.pathname + location.search;
    if (now === lastPage) return;
    lastPage = now;
    commands.page();
  }
  function watch() {
    ['pushState', 'replaceState'].forEach(function (name) {
      var original = history[name];
      history[name] = function () {
        var result = original.apply(this, arguments);
        setTimeout(moved, 0);
        return result;
      };
    });
    window.addEventListener('popstate', moved);
  }

  var commands = {
    init: function (writeKey, options) {
      if (key) return;
      for (var name in options) settings[name] = options[name];
      key = writeKey;
      try {
        queue = (JSON.parse(read('queue')) || []).concat(queue);
      } catch (e) { /* somebody else wrote there */ }
      if (silent()) queue = [];
      lastPage = location.pathname + location.search;
      if (settings.spa) watch();
      if (queue.length) later(0);
    },
    track: function (event, properties) { add('track', { event: event, properties: properties || {} }); },
    page: function (name, properties) {
      var all = place();
      for (var each in properties) all[each] = properties[each];
      add('page', { name: name, properties: all });
    },
    screen: function (name, properties) { add('screen', { name: name, properties: properties || {} }); },
    identify: function (userId, traits) {
      if (userId && typeof userId === 'object') return commands.identify(null, userId);
      if (userId && !silent()) write('userId', String(userId));
      return add('identify', { traits: traits || {} });
    },
    group: function (groupId, traits) { add('group', { groupId: String(groupId), traits: traits || {} }); },
    alias: function (userId, previousId) {
      add('alias', { userId: String(userId), previousId: previousId || read('userId') || anonymousId() });
      if (!silent()) write('userId', String(userId));
    },
    reset: function () {
      write('userId', null);
      write('anonymousId', null);
    },
    flush: flush,
    optOut: function () {
      queue = [];
      ['userId', 'anonymousId', 'queue'].forEach(function (name) { write(name, null); });
      write('optOut', '1');
    },
    optIn: function () { write('optOut', null); },
  };

  function opsdeck(name) {
    if (Object.prototype.hasOwnProperty.call(commands, name)) commands[name].apply(null, [].slice.call(arguments, 1));
    else console.warn('opsdeck: there is no command ' + name);
  }
  opsdeck.loaded = true;
  opsdeck.anonymousId = anonymousId;
  window.opsdeck = opsdeck;
  window.addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden') leave(); });
  ((stub && stub.q) || []).forEach(function (call) { opsdeck.apply(null, call); });
})(window, document, navigator);
