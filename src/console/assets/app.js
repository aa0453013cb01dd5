'use strict';
// The console works without this file. It adds: live blocks, drafts, the byte meter, shortcuts and
// the guard against sending twice. Baseline Chromium 90; nothing here is inline, nothing is remote.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const clock = (date = new Date()) =>
    date.toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });
  document.documentElement.classList.add('js');

  // ---- Live blocks: the stream only says "changed"; the content is fetched as the same block ----
  const SYNC_MS = 150, POLL_MS = 20000, SILENT_MS = 70000, AWAY_MS = 30000;
  const conn = $('#conn');
  const article = $('[data-inquiry]');
  // Naming the inquiry tells colleagues who is looking at it.
  const liveUrl = document.body.dataset.live && document.body.dataset.live +
    (article ? '?inquiry=' + encodeURIComponent(article.dataset.inquiry) : '');
  let stream, retry = 1000, retryTimer, heard = 0, away, dirty = new Set(), syncTimer;

  function say(kind) {
    if (!conn) return;
    const words = { '': '已连接', wait: '重连中', off: '已断开 ' + clock().slice(0, 5), out: '登录已过期' };
    if (kind !== 'off' || !conn.classList.contains('off')) conn.textContent = words[kind];
    conn.className = 'conn ' + (kind === 'out' ? 'off' : kind);
  }

  async function fetchBlock(block, whole) {
    if (block.busy) { block.again = true; return; }
    block.busy = true;
    try {
      const answer = await fetch(block.dataset.liveSrc, { headers: { 'X-Part': '1' }, cache: 'no-store' });
      if (answer.status === 401 || answer.redirected) return say('out');
      if (!answer.ok) return;
      const fresh = document.createElement('template');
      fresh.innerHTML = await answer.text();
      const merge = { list: mergeList, timeline: mergeTimeline }[block.dataset.liveMode] || mergePlain;
      merge(block, fresh.content, whole);
    } catch (_) {
      say('off');
    } finally {
      block.busy = false;
      if (block.again) { block.again = false; fetchBlock(block, whole); }
    }
  }

  // A new form token alone is no reason to exchange a button under somebody's finger.
  const faceOf = (node) => node.innerHTML.replace(/(name="once" value=")[^"]*/g, '$1');

  function mergePlain(block, fresh) {
    const focused = document.activeElement;
    // Beside a code for a phone only what is being typed is waited for.
    if (block.contains(focused) && (block !== phone || focused.matches('input'))) return;
    const next = document.createElement('div');
    next.append(fresh);
    if (faceOf(next) !== faceOf(block)) return block.replaceChildren(...next.childNodes);
    // A page that came back may hold a form that has acted already.
    const tokens = $$('input[name=once]', next);
    if (!$('form[data-sent]', block)) $$('input[name=once]', block).forEach((field, nth) => { field.value = tokens[nth].value; });
  }

  // Rows never move under the finger: known ones change in place, new ones wait behind a button.
  function mergeList(block, fresh, whole) {
    const rows = $$('.row', block);
    const focused = document.activeElement.closest && document.activeElement.closest('.row');
    if (whole || !rows.length) {
      block.replaceChildren(fresh);
      const again = focused && $$('.row', block).find((row) => row.dataset.id === focused.dataset.id);
      if (again) $('a', again).focus({ preventScroll: true });
      return markCurrent(block);
    }
    const next = new Map($$('.row', fresh).map((row) => [row.dataset.id, row]));
    for (const row of rows) {
      const twin = next.get(row.dataset.id);
      row.classList.toggle('gone', !twin);
      if (twin) {
        row.className = twin.className;
        const [old, now] = [$('a', row), $('a', twin)];
        if (old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
      }
      next.delete(row.dataset.id);
    }
    for (const part of ['.tabs', '.count']) {
      const [old, now] = [$(part, block), $(part, fresh)];
      if (old && now && !old.contains(document.activeElement)) old.replaceWith(now);
    }
    let button = $('.fresh', block);
    if (!next.size) { if (button) button.remove(); return; }
    if (!button) {
      button = document.createElement('button');
      button.type = 'button';
      button.className = 'fresh';
      button.setAttribute('role', 'status');
      button.onclick = () => fetchBlock(block, true).then(() => scrollTo(0, 0));
      $('.rows', block).before(button);
    }
    button.textContent = `有 ${next.size} 条新咨询 ↑`;
  }

  function markCurrent(block) {
    if (!article) return;
    for (const link of $$('.row a', block)) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'true');
    }
  }

  function mergeTimeline(block, fresh) {
    const [old, now] = [$('.timeline', block), $('.timeline', fresh)];
    if (!now) return;
    const before = old ? Number(old.dataset.seen) : 0;
    const news = [];
    const list = old || now;
    for (const entry of $$('.entry', now)) {
      const twin = old && document.getElementById(entry.id);
      if (twin) { if (twin.innerHTML !== entry.innerHTML) twin.innerHTML = entry.innerHTML; continue; }
      news.push(entry);
      if (Number(entry.id.slice(1)) > before) entry.classList.add('new');
      if (old) list.append(entry);
    }
    if (!old) block.replaceChildren(fresh);
    list.dataset.seen = now.dataset.seen;
    const note = $('.changed');
    if (note && news.some((entry) => !entry.classList.contains('system'))) {
      note.hidden = false;
      note.setAttribute('role', 'status');
    }
  }

  // Only a look at the new entry makes the next answer count it as seen.
  function look() {
    const list = $('.timeline');
    for (const field of $$('input[name=seen]')) field.value = list.dataset.seen;
    $('.changed').hidden = true;
    const entry = $('.entry.new', list);
    if (entry) { entry.scrollIntoView({ block: 'center' }); entry.focus({ preventScroll: true }); }
  }

  function sync(whole) {
    const topics = dirty;
    dirty = new Set();
    for (const block of $$('[data-live-src]')) {
      if (whole || topics.has(block.dataset.liveTopic)) fetchBlock(block, whole === true);
    }
  }

  function changed(event) {
    heard = Date.now();
    let news = {};
    try { news = JSON.parse(event.data); } catch (_) { /* an unreadable hint still means "look" */ }
    dirty.add('inbox');
    if (news.topic) dirty.add(news.topic);
    if (!news.inquiry || (article && news.inquiry === article.dataset.inquiry)) dirty.add('inquiry');
    clearTimeout(syncTimer);
    syncTimer = setTimeout(sync, SYNC_MS);
  }

  function connect() {
    clearTimeout(retryTimer);
    if (stream) stream.close();
    let opened = false;
    stream = new EventSource(liveUrl);
    stream.onopen = () => {
      say('');
      if (retry > 1000) sync(true);
      opened = true; retry = 1000; heard = Date.now();
    };
    stream.addEventListener('changed', changed);
    stream.addEventListener('ping', () => { heard = Date.now(); });
    stream.onerror = () => {
      say(retry > 8000 ? 'off' : 'wait');
      stream.close();
      retryTimer = setTimeout(connect, retry + Math.random() * 500);
      retry = Math.min(opened ? 1500 : retry * 2, 30000);
    };
  }

  // A tab in the background gives its connection back (six per host under HTTP/1.1).
  function wake() {
    clearTimeout(away);
    if (document.hidden) { away = setTimeout(() => stream && stream.close(), AWAY_MS); return; }
    if (!stream || stream.readyState !== 1) connect();
    sync(true);
  }

  if (liveUrl && window.EventSource) {
    connect();
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    // A page kept for "back" would otherwise hold its connection.
    window.addEventListener('pagehide', () => { clearTimeout(retryTimer); stream.close(); });
    window.addEventListener('pageshow', (event) => { if (event.persisted) wake(); });
    setInterval(() => {
      if (document.hidden) return;
      if (stream.readyState === 1 && Date.now() - heard > SILENT_MS) { say('wait'); connect(); sync(true); }
      else if (stream.readyState !== 1) sync(true);
    }, POLL_MS);
  }
  if (matchMedia('(min-width: 900px)').matches) $$('[data-live-fill]').forEach((block) => fetchBlock(block, true));

  // ---- What turns green by itself, for who gets no stream ----
  const polled = $('[data-poll]');
  if (polled) setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { cache: 'no-store' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = $('[data-poll]', page);
      if (fresh && fresh.innerHTML !== polled.innerHTML) polled.innerHTML = fresh.innerHTML;
    } catch (_) { /* the next look may succeed */ }
  }, 5000);

  // ---- A code for a phone: what the phone did shows by itself, and a yes leads on ----
  const phone = $('[data-phone]');
  const asking = phone && setInterval(async () => {
    if (document.hidden) return;
    await fetchBlock(phone);
    if ($('[data-onward]', phone)) $('form', phone).submit();
    if (!$('[data-asking]', phone)) clearInterval(asking);
  }, 2000);

  // ---- The composer: meter, drafts, modes ----
  const box = $('textarea[data-limit]');
  const form = box && box.form;
  const encoder = new TextEncoder();

  function meter() {
    const place = $('#meter');
    if (!place) return;
    const bytes = encoder.encode(box.value).length;
    const left = Math.floor((box.dataset.limit - bytes) / 3);
    place.textContent = !bytes ? '' : `已写 ${Array.from(box.value.trim()).length} 字，` +
      (left >= 0 ? `本条还可写约 ${left} 字` : `超出一条微信消息约 ${-left} 字`);
    place.classList.toggle('over', left < 0);
  }

  function grow() {
    if (!form.classList.contains('open')) { box.style.height = ''; return; }
    box.style.height = 'auto';
    box.style.height = Math.min(box.scrollHeight + 2, innerHeight * 0.4) + 'px';
  }

  function mode(kind) {
    form.classList.add('open');
    form.classList.toggle('as-note', kind === 'note');
    box.placeholder = kind === 'note' ? '内部备注，群众看不到；写 @姓名 提醒同事（Ctrl+Enter 保存）' : '先写结论，再写怎么办，最后写依据';
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  const draftUrl = form && form.dataset.draft;
  const saved = $('#saved');
  let stored = box ? box.value : '', typed = false, leaving = false, timer, saving, fails = 0;

  function saveSoon(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }

  // What the server has not confirmed yet is kept by the tab too: a reload may overtake the saving.
  function keepHere() {
    try {
      if (box.value === stored) sessionStorage.removeItem(draftUrl);
      else sessionStorage.setItem(draftUrl, JSON.stringify({ base: stored, text: box.value, sent: !!form.dataset.sent }));
    } catch (full) { /* private windows may refuse; the server's copy remains */ }
  }

  // Where the draft was changed elsewhere meanwhile, both texts are shown and nothing is dropped; what
  // was sent from this page and arrived comes back as a page that says so.
  function findAgain() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(draftUrl)); } catch (none) { /* as above */ }
    const used = kept && kept.sent && location.search.includes('done=');
    if (!kept || used || !kept.text || kept.text === stored) return keepHere();
    box.value = stored && stored !== kept.base ? stored + '\n\n' + kept.text : kept.text;
    typed = true;
    saved.textContent = '已找回没来得及保存的文字';
    saveSoon(0);
  }

  // An empty text replaces a stored one only when the person emptied it.
  async function save() {
    const text = box.value;
    if (saving) return saveSoon(400);
    if (text === stored || form.dataset.sent || (!text && !typed)) return;
    const abort = saving = new AbortController();
    try {
      const answer = await fetch(draftUrl, {
        method: 'POST', keepalive: encoder.encode(text).length < 60000, signal: abort.signal,
        headers: { Accept: 'application/json' },
        body: new URLSearchParams({ body: text, seen: form.elements.seen.value, once: form.elements.once.value }),
      });
      if (answer.status === 401 || answer.redirected) throw new Error('out');
      if (!answer.ok) throw new Error('no');
      stored = text; fails = 0;
      // The page that comes next may have been made before this arrived; it needs the tab's copy.
      if (!leaving) keepHere();
      saved.className = 'saved';
      saved.textContent = text ? '已保存 ' + clock() : '草稿已清空';
    } catch (error) {
      if (form.dataset.sent) return;
      saved.className = 'saved bad';
      saved.textContent = error.message === 'out' ? '登录已过期，文字还在本页，请在新窗口登录' : '还没有保存，正在重试';
      saveSoon(Math.min(2000 * 2 ** fails++, 30000));
    } finally {
      saving = null;
    }
  }

  if (draftUrl) findAgain();
  if (box) {
    meter();
    box.addEventListener('input', () => { meter(); grow(); });
  }
  if (draftUrl) {
    box.addEventListener('focus', () => { form.classList.add('open'); grow(); });
    box.addEventListener('input', (event) => {
      if (event.isTrusted) typed = true;
      leaving = false;
      keepHere();
      saveSoon(event.isComposing ? 1500 : 900);
    });
    document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
    window.addEventListener('pagehide', () => { leaving = true; save(); });
    window.addEventListener('beforeunload', (event) => {
      if (box.value === stored || form.dataset.sent || (!box.value && !typed)) return;
      leaving = true;
      save();
      event.preventDefault();
      event.returnValue = '';
    });
  }

  function insert(text) {
    box.focus();
    box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
    typed = true;
    box.dispatchEvent(new Event('input'));
  }

  async function preview(button) {
    const place = $('#preview');
    const answer = await fetch(button.formAction, {
      method: 'POST', body: new URLSearchParams({ body: box.value, part: 'preview' }),
    });
    if (answer.redirected || !answer.ok) return;
    place.innerHTML = await answer.text();
    place.scrollIntoView({ block: 'nearest' });
  }

  const chosen = $('#file');
  if (chosen) chosen.addEventListener('change', () => { if (chosen.value) chosen.nextElementSibling.click(); });

  // ---- Sending once ----
  document.addEventListener('submit', (event) => {
    const sent = event.target;
    if (sent.method !== 'post') return;
    if (sent.dataset.sent) { event.preventDefault(); return; }
    sent.dataset.sent = '1';
    clearTimeout(timer);
    if (saving && sent === form) saving.abort();
    if (draftUrl && sent === form) keepHere();
    if (sent.action.endsWith('/console/logout')) sessionStorage.clear();
    const button = event.submitter || $('button[type=submit]', sent);
    // After the browser has taken the values, so that the pressed button's own value is sent.
    setTimeout(() => {
      for (const each of $$('button', sent)) each.disabled = true;
      if (button && button.dataset.busy) { button.dataset.was = button.textContent; button.textContent = button.dataset.busy; }
    });
  });
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const sent of $$('form[data-sent]')) {
      delete sent.dataset.sent;
      for (const button of $$('button', sent)) {
        button.disabled = false;
        if (button.dataset.was) button.textContent = button.dataset.was;
      }
    }
  });

  // ---- Clicks ----
  document.addEventListener('click', (event) => {
    const target = event.target.closest('[data-act],[data-insert]');
    if (!target) return;
    if (target.dataset.insert !== undefined) { event.preventDefault(); insert(target.dataset.insert); }
    else if (target.dataset.act === 'preview') { event.preventDefault(); preview(target); }
    else ({ look, keys: help, print: () => print() }[target.dataset.act] || (() => {}))();
  });
  for (const secret of $$('input[type=password]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link reveal';
    button.textContent = '显示密码';
    button.setAttribute('aria-pressed', 'false');
    button.onclick = () => {
      const shown = secret.type === 'password';
      secret.type = shown ? 'text' : 'password';
      button.textContent = shown ? '隐藏密码' : '显示密码';
      button.setAttribute('aria-pressed', String(shown));
    };
    secret.after(button);
  }

  // ---- Shortcuts ----
  const KEYS = [
    ['j / k', '下一条 / 上一条'], ['Enter', '打开'], ['r', '写答复'], ['n', '写内部备注'], ['c', '认领或接手'],
    ['1 – 3', '把第几张卡片填入答复'], ['a', '转派'], ['e', '办结'], ['l', '加标签'], ['/', '搜索'], ['g i', '去咨询'], ['g c', '去内容'], ['g m', '去指标'],
    ['/（空行）', '插入常用答复、卡片、法条'], ['z', '撤回刚发的答复'], ['Ctrl + Enter', '发送'], ['Ctrl + K', '直达：页面、编号、常用筛选、手册'],
    ['Esc', '返回'], ['?', '这张表'],
  ];
  const keysOff = () => localStorage.getItem('keys') === 'off';
  let prefix = 0;

  function help() {
    let dialog = $('#keys');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.id = 'keys';
      dialog.setAttribute('aria-labelledby', 'keys-title');
      const rows = KEYS.map(([key, what]) => `<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`).join('');
      dialog.innerHTML = `<form method="dialog"><h2 id="keys-title">快捷键</h2><dl class="keys">${rows}</dl>` +
        '<label class="tick"><input type="checkbox" id="keys-on">使用快捷键</label>' +
        '<p><button class="button">关闭</button></p></form>';
      document.body.append(dialog);
      $('#keys-on').onchange = (event) => localStorage.setItem('keys', event.target.checked ? 'on' : 'off');
    }
    $('#keys-on').checked = !keysOff();
    if (dialog.showModal) dialog.showModal(); else dialog.setAttribute('open', '');
  }

  function step(by) {
    const links = $$('.row a');
    if (!links.length) return;
    let at = links.indexOf(document.activeElement);
    if (at < 0) at = links.findIndex((link) => link.getAttribute('aria-current'));
    const next = links[Math.max(0, Math.min(links.length - 1, at + by))];
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  }

  const press = (key) => {
    const place = $(`[data-key="${key}"]`);
    if (!place) return;
    if (place.tagName !== 'DETAILS') { place.click(); return; }
    place.open = true;
    $('select,input:not([type=hidden])', place).focus();
  };
  const go = (path) => { const link = $(`.nav a[href^="${path}"]`); if (link) link.click(); };
  const ACTIONS = {
    j: () => step(1), k: () => step(-1), '?': help,
    r: () => draftUrl && mode('answer'), n: () => draftUrl && mode('note'),
    1: () => press('card1'), 2: () => press('card2'), 3: () => press('card3'),
    z: () => press('recall'), l: () => $('#label') && $('#label').focus(), c: () => press('c'), a: () => press('a'), e: () => press('e'),
    '/': () => $('#q') && $('#q').focus(),
  };

  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const field = event.target.closest('input,textarea,select,[contenteditable]');
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target === box && draftUrl) {
      event.preventDefault();
      const note = form.classList.contains('as-note') && $('[formaction$="/note"]', form);
      (note || $('[data-key=send]', form)).click();
      return;
    }
    if (event.key === 'Escape' && !$('dialog[open]')) {
      if (field) { field.blur(); if (form && box && !box.value) { form.classList.remove('open'); grow(); } }
      else if ($('.back')) $('.back').click();
      return;
    }
    if (field || event.ctrlKey || event.metaKey || event.altKey || $('dialog[open]') || keysOff()) return;
    const jump = Date.now() - prefix < 1500;
    prefix = event.key === 'g' && !jump ? Date.now() : 0;
    if (event.key === 'g') return;
    const paths = { i: '/console/inbox', c: '/console/content', m: '/console/metrics' };
    if (jump && paths[event.key]) { go(paths[event.key]); return; }
    if (ACTIONS[event.key]) { event.preventDefault(); ACTIONS[event.key](); }
  });
})();
