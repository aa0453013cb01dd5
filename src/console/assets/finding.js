'use strict';
// Finding by typing: places to go to (the command bar) and texts to insert into an answer. Both work
// without this file, as pages.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  // What is typed is looked up after a pause, and with Enter, which then takes the first hit.
  function finder(input, address, place, first) {
    let wait, asked = 0;
    const find = async () => {
      const mine = ++asked;
      const answer = await fetch(address + encodeURIComponent(input.value.trim()));
      if (mine === asked && answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    };
    input.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(find, 150); });
    input.form.addEventListener('submit', async (event) => {
      event.preventDefault();
      clearTimeout(wait);
      await find();
      const hit = $(first, place);
      if (hit) hit.click();
    });
    return find;
  }

  // ---- The command bar: by link or Ctrl+K ----
  function bar() {
    let dialog = $('#bar');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.id = 'bar';
      dialog.setAttribute('aria-label', '直达');
      dialog.innerHTML = '<form class="beside"><input id="bar-q" type="search" maxlength="40" autocomplete="off" ' +
        'aria-label="页面、编号、常用筛选、手册" placeholder="页面、编号、手册，可打首字母"></form><div id="bar-found"></div>' +
        '<form method="dialog"><button class="button ghost">关闭</button></form>';
      document.body.append(dialog);
      dialog.find = finder($('#bar-q'), '/console/go?part=list&q=', $('#bar-found'), 'a');
      dialog.addEventListener('keydown', (event) => {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        const all = [$('#bar-q'), ...$$('a', dialog)];
        all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
      });
    }
    $('#bar-q').value = '';
    dialog.find();
    if (!dialog.open) { if (dialog.showModal) dialog.showModal(); else dialog.setAttribute('open', ''); }
    $('#bar-q').focus();
  }

  const link = $('[data-act=bar]');
  if (link) {
    link.addEventListener('click', (event) => { event.preventDefault(); bar(); });
    document.addEventListener('keydown', (event) => {
      const asked = event.key === 'k' && (event.ctrlKey || event.metaKey) && !event.isComposing;
      if (!asked || localStorage.getItem('keys') === 'off') return;
      event.preventDefault();
      bar();
    });
  }

  // ---- Inserting: "/" on an empty line looks for texts, Enter takes the first ----
  const pick = $('#pick'), box = $('textarea[data-limit]');

  const findTexts = pick && box && finder(pick, pick.dataset.src + '?pick=', $('#picks'), '[data-insert]');

  function openPicks() {
    pick.closest('details').open = true;
    pick.value = '';
    pick.focus();
    findTexts();
  }

  if (findTexts) {
    box.addEventListener('keydown', (event) => {
      const before = box.value.slice(0, box.selectionStart);
      if (event.key !== '/' || event.isComposing || (before && !before.endsWith('\n'))) return;
      event.preventDefault();
      openPicks();
    });
  }
})();
