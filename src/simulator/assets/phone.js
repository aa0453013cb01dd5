// The phones on the desk: fetches what the stand-in knows, draws it, and turns taps into gestures.
"use strict";

const byId = (id) => document.getElementById(id);
const phones = new Map(); // openid -> what belongs to its phone on the page
let state = null;
let fetchedAt = 0;
let picked = []; // openids in the order they were last chosen

async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(path + " " + response.status);
  return response.json();
}

function gesture(openid, name, body) {
  return call("/sim/citizens/" + encodeURIComponent(openid) + "/" + name + "?later=1", body || {});
}

// time

const now = () => state.now + Math.round(performance.now() - fetchedAt);
const two = (number) => String(number).padStart(2, "0");

function beijing(ms) {
  const date = new Date(ms + 8 * 3600 * 1000);
  return {
    year: String(date.getUTCFullYear()),
    day: two(date.getUTCMonth() + 1) + "-" + two(date.getUTCDate()),
    short: (date.getUTCMonth() + 1) + "月" + date.getUTCDate() + "日",
    minute: two(date.getUTCHours()) + ":" + two(date.getUTCMinutes()),
    second: two(date.getUTCSeconds()),
  };
}

function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? hours + ":" + two(minutes) : minutes + ":" + two(seconds % 60);
}

function budgetLines(citizen) {
  if (!citizen.following) return ["未关注"];
  const open = citizen.grants.filter((grant) => grant.until > now());
  const names = { message: "客服窗口还剩 ", menu_tap: "点击菜单 ", follow: "刚关注 ", scan: "刚扫码 " };
  const line = (grant) => names[grant.trigger] + span(grant.until - now()) + " · " + grant.left + "/" + grant.of + " 条";
  return open.length ? open.map(line) : ["客服窗口已关闭"];
}

function drawHead(phone, citizen) {
  phone.budget.replaceChildren(...budgetLines(citizen).map((line) => el("span", "", line)));
  const typing = citizen.typing_until !== null && citizen.typing_until > now();
  const account = state.accounts[citizen.account];
  phone.title.textContent = typing ? "对方正在输入…" : account ? account.name : "";
}

function tick() {
  if (!state) return;
  const time = beijing(now());
  byId("year").textContent = time.year + "-";
  byId("minute").textContent = time.day + " " + time.minute;
  byId("second").textContent = ":" + time.second;
  for (const citizen of state.citizens) {
    if (phones.has(citizen.openid)) drawHead(phones.get(citizen.openid), citizen);
  }
}

// which phones lie on the desk

function columns() {
  const width = document.documentElement.clientWidth;
  return width < 760 ? 1 : Math.max(2, Math.floor(width / 400));
}

function shownOpenids() {
  const all = state ? state.citizens.map((citizen) => citizen.openid) : [];
  const order = picked.concat(all.filter((openid) => !picked.includes(openid)));
  const chosen = order.slice(0, columns());
  return all.filter((openid) => chosen.includes(openid));
}

function pick(openid) {
  picked = [openid].concat(picked.filter((other) => other !== openid));
  refresh();
}

let busy = false;
let again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      if (!state) await load([]);
      await load(shownOpenids());
      draw();
    } while (again);
    byId("lost").hidden = true;
  } catch (error) {
    byId("lost").hidden = false;
  } finally {
    busy = false;
  }
}

async function load(openids) {
  state = await call("/sim/state?chats=" + openids.map(encodeURIComponent).join(","));
  fetchedAt = performance.now();
}

// drawing

function draw() {
  byId("accounts").textContent = state.accounts.map((account) => account.name).join("、");
  byId("fault-count").textContent = state.faults.length ? " " + state.faults.length : "";
  for (const id of ["console", "public"]) {
    const address = state[id + "_url"];
    byId(id).hidden = !address || !isWeb(address);
    if (address && isWeb(address)) byId(id).href = address;
  }
  const shown = shownOpenids();
  byId("tabs").replaceChildren(...state.citizens.map((citizen) => tabNode(citizen, shown)));
  for (const [openid, phone] of phones) {
    if (!shown.includes(openid)) phone.root.remove();
  }
  shown.forEach((openid, index) => {
    const citizen = state.citizens.find((other) => other.openid === openid);
    if (!phones.has(openid)) phones.set(openid, newPhone(citizen));
    const phone = phones.get(openid);
    const place = byId("phones").children[index];
    if (place !== phone.root) byId("phones").insertBefore(phone.root, place || null);
    drawPhone(phone, citizen, state.chats[openid] || []);
  });
  drawFaults();
  tick();
}

function tabNode(citizen, shown) {
  const tab = el("button", "tab", citizen.nickname);
  tab.type = "button";
  tab.setAttribute("aria-pressed", String(shown.includes(citizen.openid)));
  const phone = phones.get(citizen.openid);
  if (!shown.includes(citizen.openid) && citizen.last_seq > (phone ? phone.seq : 0)) tab.append(el("i", "dot"));
  tab.addEventListener("click", () => pick(citizen.openid));
  return tab;
}

function face(citizen, own) {
  if (!own) return el("span", "face account", "普");
  const node = el("span", "face", citizen.nickname.slice(0, 1));
  node.classList.add("hue" + (state.citizens.findIndex((other) => other.openid === citizen.openid) % 5));
  return node;
}

function newPhone(citizen) {
  const root = byId("phone").content.cloneNode(true).firstElementChild;
  const part = (selector) => root.querySelector(selector);
  const openid = citizen.openid;
  const phone = {
    root, seq: 0, lastAt: 0, menuKey: "", asInput: false,
    chat: part(".chat"), title: part(".title"), budget: part(".budget"), foot: part(".foot"),
    buttons: part(".buttons"), panel: part(".panel"), text: part("textarea"), more: part(".more"),
  };
  root.setAttribute("aria-label", citizen.nickname + "的手机");
  part(".name").textContent = citizen.nickname;
  part(".person .face").replaceWith(face(citizen, true));
  part(".preview button").addEventListener("click", () => gesture(openid, "preview"));
  part(".follow").addEventListener("click", () => gesture(openid, "follow"));
  root.querySelectorAll("[data-do]").forEach((button) =>
    button.addEventListener("click", () => { showPanel(phone, false); doings[button.dataset.do](openid); }));
  part(".to-input").addEventListener("click", () => { phone.asInput = true; drawFoot(phone); phone.text.focus(); });
  part(".to-menu").addEventListener("click", () => { phone.asInput = false; drawFoot(phone); });
  phone.more.addEventListener("click", () => showPanel(phone, phone.panel.hidden));
  phone.text.addEventListener("input", () => grow(phone));
  phone.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); sendText(phone, openid); }
  });
  part("form").addEventListener("submit", (event) => { event.preventDefault(); sendText(phone, openid); });
  return phone;
}

function sendText(phone, openid) {
  const content = phone.text.value.trim();
  if (!content) return;
  phone.text.value = "";
  grow(phone);
  gesture(openid, "text", { content });
}

function grow(phone) {
  const filled = phone.text.value.trim() !== "";
  phone.root.querySelector(".send").hidden = !filled;
  phone.more.hidden = filled;
  phone.text.rows = Math.min(5, phone.text.value.split("\n").length);
}

function showPanel(phone, open) {
  phone.panel.hidden = !open;
  phone.more.setAttribute("aria-expanded", String(open));
  if (open) phone.chat.scrollTop = phone.chat.scrollHeight;
}

function drawPhone(phone, citizen, bubbles) {
  const fresh = bubbles.filter((bubble) => bubble.seq > phone.seq);
  const nearEnd = phone.chat.scrollHeight - phone.chat.scrollTop - phone.chat.clientHeight < 80;
  const tap = (content, menuId) => gesture(citizen.openid, "link", { content, menu_id: menuId });
  for (const bubble of fresh) {
    if (bubble.at - phone.lastAt > 5 * 60 * 1000) {
      const time = beijing(bubble.at);
      phone.chat.append(el("li", "grey time", time.short + " " + time.minute));
    }
    phone.lastAt = bubble.at;
    phone.seq = bubble.seq;
    phone.chat.append(bubbleNode(bubble, (own) => face(citizen, own), tap));
  }
  const account = state.accounts[citizen.account];
  const menu = citizen.menu || (account && account.menu) || [];
  const key = JSON.stringify(menu);
  if (key !== phone.menuKey) {
    phone.menuKey = key;
    phone.buttons.replaceChildren(...menu.map((button) => menuNode(citizen.openid, button)));
  }
  phone.hasMenu = menu.length > 0;
  phone.root.querySelector(".preview").hidden = !citizen.preview;
  phone.following = citizen.following;
  drawHead(phone, citizen);
  drawFoot(phone);
  if (fresh.length && (nearEnd || fresh[fresh.length - 1].side === "citizen")) {
    phone.chat.scrollTop = phone.chat.scrollHeight;
  }
}

function drawFoot(phone) {
  const mode = !phone.following ? "unfollowed" : phone.hasMenu && !phone.asInput ? "menubar" : "input";
  for (const name of ["unfollowed", "menubar", "input"]) {
    phone.foot.querySelector("." + name).hidden = name !== mode;
  }
  phone.foot.querySelector(".to-menu").hidden = !phone.hasMenu;
  if (mode !== "input") showPanel(phone, false);
}

function menuNode(openid, button) {
  const children = button.sub_button || [];
  const wrap = el("div", "menu");
  const top = el("button", children.length ? "top parent" : "top", button.name);
  top.type = "button";
  wrap.append(top);
  if (!children.length) {
    top.addEventListener("click", () => tapMenu(openid, button));
    return wrap;
  }
  const list = el("div", "sub");
  list.hidden = true;
  for (const child of children) {
    const entry = el("button", "", child.name);
    entry.type = "button";
    entry.addEventListener("click", () => { list.hidden = true; tapMenu(openid, child); });
    list.append(entry);
  }
  top.addEventListener("click", () => {
    const open = list.hidden;
    document.querySelectorAll(".sub").forEach((other) => { other.hidden = true; });
    list.hidden = !open;
  });
  wrap.append(list);
  return wrap;
}

function tapMenu(openid, button) {
  if (button.type === "view" || button.type === "miniprogram") {
    if (isWeb(button.url || "")) window.open(button.url, "_blank", "noopener");
    gesture(openid, "menu", { url: button.url });
  } else if (button.key) {
    gesture(openid, "menu", { key: button.key });
  }
}

// what a citizen can do beyond writing

const doings = {
  async voice(openid) {
    const answer = await ask("按住说话", [{ name: "words", label: "语音识别会得到的文字（可留空，表示没有识别结果）", long: true }]);
    if (answer) gesture(openid, "voice", answer.words.trim() ? { recognition: answer.words.trim() } : {});
  },
  async image(openid) {
    const options = state.pictures.map((picture) => [picture.name, picture.label]);
    const answer = await ask("选择图片", [{ name: "picture", options }]);
    if (answer) gesture(openid, "image", { picture: answer.picture });
  },
  async location(openid) {
    const options = state.places.map((place, index) => [String(index), place.label]);
    const answer = await ask("发送位置", [
      { name: "place", options },
      { name: "label", label: "或自己写地点名称" }, { name: "lat", label: "纬度", value: "31.7772" }, { name: "lon", label: "经度", value: "119.9540" },
    ]);
    if (!answer) return;
    const own = { label: answer.label.trim(), lat: Number(answer.lat) || 0, lon: Number(answer.lon) || 0 };
    gesture(openid, "location", own.label ? own : state.places[Number(answer.place) || 0]);
  },
  async scan(openid) {
    const options = state.scenes.map((place) => [place.scene, place.name]);
    const answer = await ask("扫描站点二维码", [{ name: "known", options }, { name: "scene", label: "或填写场景值" }]);
    const chosen = answer && (answer.scene.trim() || answer.known);
    if (chosen) gesture(openid, "scan", { scene: chosen });
  },
  async notices(openid) {
    const citizen = state.citizens.find((other) => other.openid === openid);
    const listed = (state.accounts[citizen.account] || { notices: [] }).notices;
    const choices = [["accept", "同意"], ["reject", "拒绝"], ["off", "在设置里取消"]];
    const options = listed.flatMap((notice) =>
      choices.map(([value, label]) => [value + " " + notice.id, label + "“" + notice.title + "”"]));
    const answer = await ask("订阅通知", [{ name: "choice", options }]);
    if (!answer || !answer.choice) return;
    const [choice, key] = answer.choice.split(" ");
    if (choice === "off") gesture(openid, "unsubscribe", { key });
    else gesture(openid, "subscribe", { key, accept: choice === "accept" });
  },
  unfollow: (openid) => gesture(openid, "unfollow"),
};

// A code whose address was opened: somebody scans it.
async function scanned(scene) {
  const options = state.citizens.map((citizen) => [citizen.openid, citizen.nickname]);
  const answer = await ask("用谁的手机扫这个二维码？", [{ name: "who", options }]);
  if (!answer) return;
  pick(answer.who);
  gesture(answer.who, "scan", { scene });
}

// Asks for a few fields in a dialog; answers null when it was left.
function ask(title, fields) {
  const dialog = byId("ask");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".fields").replaceChildren(...fields.map(fieldNode));
  const form = dialog.querySelector("form");
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      const given = new FormData(form);
      resolve(dialog.returnValue === "ok" ? Object.fromEntries(fields.map((field) => [field.name, String(given.get(field.name) || "")])) : null);
    }, { once: true });
    dialog.showModal();
  });
}

function fieldNode(field) {
  if (field.options) {
    const group = el("div", "options");
    field.options.forEach(([value, label], index) => {
      const choice = el("label");
      const radio = el("input");
      Object.assign(radio, { type: "radio", name: field.name, value, checked: index === 0 });
      choice.append(radio, label);
      group.append(choice);
    });
    return group;
  }
  const label = el("label", "", field.label);
  const input = el(field.long ? "textarea" : "input");
  input.name = field.name;
  input.value = field.value || "";
  label.append(input);
  return label;
}

// clock, faults, ledger

document.querySelectorAll("[data-advance]").forEach((button) =>
  button.addEventListener("click", () => call("/sim/clock", { advance_seconds: Number(button.dataset.advance) })));
document.querySelectorAll("[data-close]").forEach((button) =>
  button.addEventListener("click", () => button.closest("dialog").close()));
byId("ask").querySelector("button[value='']").addEventListener("click", () => byId("ask").close(""));

byId("add").addEventListener("click", async () => {
  const answer = await ask("添加群众", [{ name: "nickname", label: "称呼" }]);
  if (!answer || !answer.nickname.trim()) return;
  pick((await call("/sim/citizens", { nickname: answer.nickname })).openid);
});

const faultForm = byId("fault-form");
const NUMBERS = { errcode: ["errcode", 45011], slow: ["ms", 3000], duplicate: ["copies", 3] };
const faultKind = () => faultForm.elements[faultForm.elements.on.value].value;

function drawFaultForm() {
  const onApi = faultForm.elements.on.value === "api";
  faultForm.querySelector(".when-api").hidden = !onApi;
  faultForm.querySelector(".when-push").hidden = onApi;
  faultForm.querySelector(".number").hidden = !NUMBERS[faultKind()];
}

function drawFaults() {
  byId("fault-list").replaceChildren(...state.faults.map((order) => {
    const label = faultForm.querySelector("option[value='" + order.fault + "']").textContent;
    return el("li", "", [order.path || "推送", label, order.errcode || order.ms || order.copies || "", "× " + order.times].join(" "));
  }));
}

faultForm.addEventListener("change", (event) => {
  const number = NUMBERS[faultKind()];
  if (number && event.target.tagName === "SELECT") faultForm.elements.number.value = number[1];
  drawFaultForm();
});
faultForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fault = faultKind();
  const order = { on: faultForm.elements.on.value, fault, times: Number(faultForm.elements.times.value) || 1 };
  if (order.on === "api") order.path = faultForm.elements.path.value;
  if (NUMBERS[fault]) order[NUMBERS[fault][0]] = Number(faultForm.elements.number.value) || 0;
  await call("/sim/faults", order);
  refresh();
});
byId("fault-clear").addEventListener("click", async () => { await fetch("/sim/faults", { method: "DELETE" }); refresh(); });
byId("open-faults").addEventListener("click", () => { drawFaultForm(); byId("faults").showModal(); });

byId("open-ledger").addEventListener("click", async () => {
  const text = await (await fetch("/sim/ledger")).text();
  const entries = text.split("\n").filter(Boolean).slice(-200).reverse().map((line) => JSON.parse(line));
  byId("ledger").querySelector("tbody").replaceChildren(...entries.map(ledgerRow));
  byId("ledger").showModal();
});

function ledgerRow(entry) {
  const time = beijing(entry.at);
  const who = state.citizens.find((citizen) => citizen.openid === entry.openid);
  const result = (entry.accepted ? "已接受" : "拒绝 " + entry.errcode) + (entry.fault ? " · " + entry.fault : "");
  const cells = [entry.seq, time.short + " " + time.minute, entry.kind, who ? who.nickname : entry.openid || "", entry.content.slice(0, 80), result];
  const row = el("tr", entry.accepted ? "" : "refused");
  row.append(...cells.map((cell) => el("td", "", String(cell))));
  return row;
}

// start

const events = new EventSource("/sim/events");
events.onmessage = refresh;
events.onerror = () => { byId("lost").hidden = false; };
window.addEventListener("resize", () => { if (state && byId("phones").children.length !== columns()) refresh(); });
document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu")) document.querySelectorAll(".sub").forEach((list) => { list.hidden = true; });
});
setInterval(tick, 1000);
refresh().then(() => {
  const tried = /^#preview=(.+)$/.exec(location.hash);
  if (tried && state) {
    history.replaceState(null, "", "/");
    const openid = (state.citizens.find((citizen) => citizen.following) || state.citizens[0]).openid;
    pick(openid);
    gesture(openid, "preview", { buttons: JSON.parse(decodeURIComponent(tried[1])) });
    return;
  }
  const opened = /^#scan=(.+)$/.exec(location.hash);
  if (!opened || !state) return;
  history.replaceState(null, "", "/");
  scanned(decodeURIComponent(opened[1]));
});
