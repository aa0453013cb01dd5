'use strict';
// Puts WeChat's own button for subscription notices into the page. It exists only inside WeChat, so
// WeChat's script is fetched there and nowhere else; everywhere else the words of the page stay.
(() => {
  const place = document.getElementById('subscribe');
  if (!place || !navigator.userAgent.includes('MicroMessenger')) return;
  const words = document.getElementById('subscribe-words');
  const say = (text) => { words.textContent = text; };
  const TROUBLE = '微信现在不能显示同意按钮，不是您的操作问题。请过一会儿再打开；不同意也不影响答复。';
  const BUTTON = '<template><style>.b{width:100%;min-height:56px;border:0;border-radius:10px;background:#018942;' +
    'color:#fff;font-size:18px;font-weight:600}</style><button class="b">选择要不要提醒</button></template>';

  function load() {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js';
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function config() {
    // WeChat signs the address without its fragment.
    const query = new URLSearchParams({ url: location.href.split('#')[0], account: place.dataset.account });
    const answer = await fetch('/c/js-sdk?' + query);
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  function show() {
    const button = document.createElement('wx-open-subscribe');
    button.setAttribute('template', place.dataset.templates);
    button.innerHTML = BUTTON;
    button.addEventListener('success', () => {
      say('微信已经收到您的选择，几秒后这里会更新。');
      setTimeout(() => location.reload(), 3000);
    });
    button.addEventListener('error', () => say(TROUBLE));
    say('点下面的按钮，在微信弹出的窗口里选择。');
    place.append(button);
  }

  Promise.all([load(), config()]).then(([, signed]) => {
    wx.config(Object.assign({ jsApiList: [], openTagList: ['wx-open-subscribe'] }, signed));
    wx.ready(show);
    wx.error(() => say(TROUBLE));
  }).catch(() => say(TROUBLE));
})();
