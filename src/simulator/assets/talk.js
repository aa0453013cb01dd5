// Bubbles: turns what the stand-in reports into nodes. Texts are hostile; nothing here parses HTML
// except for links, and those become nodes of our own making.
"use strict";

const RICH = /<a\b([^>]{0,2000})>([^<]{0,500})<\/a>|https?:\/\/[^\s<>"'，。；！？、）】》]+/gi;
const TYPE_NAMES = {
  thing: "事项", time: "时间", date: "日期", phrase: "状态", name: "姓名", number: "数量",
  character_string: "编号", amount: "金额", phone_number: "电话", car_number: "车牌",
  letter: "代码", symbol: "符号", const: "类别", enum: "类别",
};

function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function outside(href, className, text) {
  const link = el("a", className, text);
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

const isWeb = (href) => /^https?:\/\//i.test(href);

// One link of a message: a page, or a reply that WeChat sends for the citizen.
function linkNode(href, label, tap) {
  if (isWeb(href)) return outside(href, "", label);
  if (/^weixin:\/\/bizmsgmenu\?/i.test(href)) {
    const query = new URLSearchParams(href.slice(href.indexOf("?") + 1));
    const button = el("button", "link", label);
    button.type = "button";
    button.addEventListener("click", () => tap(query.get("msgmenucontent") || label, query.get("msgmenuid") || ""));
    return button;
  }
  return document.createTextNode(label);
}

function rich(text, tap) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(RICH)) {
    out.append(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1] === undefined) {
      out.append(outside(match[0], "", match[0]));
      continue;
    }
    const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(match[1]);
    const target = href ? (href[1] || href[2] || "").replace(/&amp;/g, "&") : "";
    out.append(linkNode(target, match[2], tap));
  }
  out.append(text.slice(end));
  return out;
}

const fillers = {
  text(box, body, tap, own) {
    if (own) box.textContent = body.text;
    else box.append(rich(body.text, tap));
  },
  image(box, body) {
    box.classList.add("bare");
    const picture = el("img");
    picture.alt = "图片";
    picture.src = "/sim/media/" + encodeURIComponent(body.media_id);
    box.append(picture);
  },
  voice(box, body) {
    box.classList.add("voice");
    box.append(el("span", "wave", "•))) " + body.seconds + "″"));
    if (body.recognition) box.append(el("small", "", "识别为：" + body.recognition));
  },
  location(box, body) {
    box.classList.add("card", "place");
    box.append(el("b", "", body.label), el("small", "", body.lat.toFixed(4) + "，" + body.lon.toFixed(4)), el("span", "map"));
  },
  news(box, body) {
    box.classList.add("card", "news");
    for (const article of body.articles) {
      const link = isWeb(article.url) ? outside(article.url, "article") : el("div", "article");
      if (isWeb(article.picture)) {
        const picture = el("img");
        picture.alt = "";
        picture.addEventListener("error", () => picture.remove());
        picture.src = article.picture;
        link.append(picture);
      }
      link.append(el("b", "", article.title), el("small", "", article.description));
      box.append(link);
    }
  },
  menu(box, body, tap) {
    box.append(rich(body.head, tap));
    for (const item of body.items) {
      const entry = el("button", "link entry", item.content);
      entry.type = "button";
      entry.addEventListener("click", () => tap(item.content, item.id));
      box.append(entry);
    }
    if (!body.tail) return;
    const after = el("span", "after");
    after.append(rich(body.tail, tap));
    box.append(after);
  },
  template(box, body) {
    box.classList.add("card", "notice-card");
    box.append(el("small", "", "模板通知"), el("b", "", body.title));
    const rows = el("dl");
    for (const row of body.rows) {
      const kind = row.key.replace(/\d+$/, "");
      rows.append(el("dt", "", TYPE_NAMES[kind] || row.key), el("dd", "", row.value));
    }
    box.append(rows);
    if (body.url && isWeb(body.url)) box.append(outside(body.url, "detail", "查看详情"));
  },
  other(box, body) {
    box.append("[" + body.label + "]");
  },
};

// A whole line of the chat.
function bubbleNode(bubble, faces, tap) {
  const body = bubble.body;
  if (bubble.side === "system") {
    const line = el("li", "grey " + body.kind, body.text);
    if (body.reason) line.append(el("small", "", "原因：" + body.reason));
    return line;
  }
  const own = bubble.side === "citizen";
  const line = el("li", own ? "own" : "theirs");
  const box = el("div", "bubble");
  (fillers[body.kind] || fillers.other)(box, body, tap, own);
  line.append(faces(own), box);
  return line;
}
