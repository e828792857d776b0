/* What the pages of the studio do by themselves: put times into the reader's zone, fetch what changed, follow a log,
   keep traffic at 100 %, draw charts in the colours of the theme. Every page works without it, only more still. */
"use strict";

(() => {
  const root = document.documentElement;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const absolute = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
  const remember = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;SameSite=Lax;Secure`; };

  /* Times */
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
  const ago = (date) => {
    const seconds = (date - Date.now()) / 1000;
    const size = Math.abs(seconds);
    const say = (amount, unit) => (seconds < 0 ? `${amount} ${unit} ago` : `in ${amount} ${unit}`);
    if (size < 45) { return seconds <= 0 ? "just now" : "in a moment"; }
    if (size < 3600) { return say(Math.max(1, Math.round(size / 60)), "min"); }
    if (size < 86400) { return say(Math.round(size / 3600), "h"); }
    if (size < 45 * 86400) { const days = Math.round(size / 86400); return say(days, days === 1 ? "day" : "days"); }
    return day.format(date);
  };
  const localise = (within) => {
    for (const time of within.querySelectorAll("time[datetime]")) {
      const date = new Date(time.dateTime);
      if (Number.isNaN(date.getTime())) { continue; }
      const full = absolute.format(date);
      const text = time.dataset.relative === "true" ? ago(date) : full;
      if (time.textContent !== text) { time.textContent = text; }
      time.title = full;
    }
  };

  /* Widths that follow from data: an inline style would need a looser content policy. */
  const size = (within) => {
    for (const share of within.querySelectorAll("[data-width]")) { share.style.width = share.dataset.width + "%"; }
  };
  const dress = (within) => { localise(within); size(within); };

  /* Fetch what changed. The page is its own source: an element that says data-live is replaced by what it has become. */
  const background = { "X-Millwright-Background": "true" };
  const served = new Map();
  const sameIn = (part, element) => [...part.querySelectorAll(element.tagName)].find((other) => other.id === element.id
    && other.getAttribute("href") === element.getAttribute("href") && other.dataset.open === element.dataset.open && other.dataset.target === element.dataset.target);
  let latest = 0;
  const refresh = async () => {
    const asked = ++latest;
    // In another tab another workspace may have been chosen since.
    const here = new URL(location.href);
    here.searchParams.set("workspace", document.documentElement.dataset.workspace);
    const answer = await fetch(here, { headers: { Accept: "text/html", ...background }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname.endsWith("/sign-in.xhtml")) { location.reload(); }
    if (!answer.ok || answer.redirected || asked !== latest) { return answer.ok; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh.querySelectorAll("script").forEach((script) => script.remove());
    for (const part of document.querySelectorAll("[data-live][id]")) {
      const next = fresh.getElementById(part.id);
      if (!next) { continue; }
      if (served.get(part.id) !== next.innerHTML) {
        const focused = part.contains(document.activeElement) ? document.activeElement : null;
        served.set(part.id, next.innerHTML);
        part.replaceChildren(...next.childNodes);
        dress(part);
        if (focused) { sameIn(part, focused)?.focus({ preventScroll: true }); }
      }
      part.dataset.live = next.dataset.live;
    }
    const charts = document.querySelector("[data-live-charts]");
    const freshCharts = fresh.querySelector("[data-live-charts]");
    if (charts && freshCharts) {
      charts.dataset.liveCharts = freshCharts.dataset.liveCharts;
      for (const figure of charts.querySelectorAll("[data-chart]")) {
        const next = fresh.getElementById(figure.id);
        if (next && next.dataset.chart !== figure.dataset.chart) {
          figure.dataset.chart = next.dataset.chart;
          figure.querySelector("figcaption").replaceWith(next.querySelector("figcaption"));
          redraw(figure);
        }
      }
      if (freshCharts.querySelectorAll("[data-chart]").length > charts.querySelectorAll("[data-chart]").length) { location.reload(); }
    }
    return true;
  };
  const pause = () => Math.min(...[...document.querySelectorAll("[data-live], [data-live-charts]")]
    .map((part) => Number(part.dataset.live ?? part.dataset.liveCharts)).filter((millis) => millis > 0));
  const keepFresh = async () => {
    const millis = pause();
    if (!Number.isFinite(millis)) { return; }
    await new Promise((after) => setTimeout(after, millis));
    if (!document.hidden && !document.querySelector("dialog[open]")) {
      try { await refresh(); } catch (offline) { await new Promise((after) => setTimeout(after, 5000)); }
    }
    keepFresh();
  };

  /* Charts take their colours from the style sheet. */
  const colour = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const dressed = (figure) => {
    const option = JSON.parse(figure.dataset.chart);
    const line = colour("line");
    const muted = colour("muted");
    const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: muted, fontSize: 11, hideOverlap: true }, splitLine: { lineStyle: { color: line } } };
    option.color = [colour("share-1"), colour("share-1")];
    option.textStyle = { fontFamily: "Inter, system-ui, sans-serif" };
    option.xAxis = { ...option.xAxis, ...axis, splitLine: { show: false } };
    option.yAxis = { ...option.yAxis, ...axis };
    // Drawn and not markup, whose inline styles the content policy forbids.
    option.tooltip = { ...option.tooltip, renderMode: "richText", backgroundColor: colour("raised"), borderColor: line, textStyle: { color: colour("text"), fontSize: 12 } };
    return option;
  };
  const widgetOf = (figure) => Object.values(window.PrimeFaces?.widgets ?? {}).find((widget) => widget.chart && figure.contains(widget.chart.getDom()));
  const redraw = (figure) => { widgetOf(figure)?.chart.setOption(dressed(figure), true); };
  const redrawAll = () => document.querySelectorAll("[data-chart]").forEach(redraw);
  window.studioChart = function studioChart() {
    this.cfg.config = dressed(document.getElementById(this.id).closest("[data-chart]"));
  };

  /* The log: new bytes once a second, lines added at the end, at most so many kept in the page. */
  const MOST_LINES = 20000;
  const followLog = (log) => {
    const wrap = document.getElementById("log-wrap");
    const follow = document.getElementById("log-follow");
    const search = document.getElementById("log-search");
    const matches = document.getElementById("log-matches");
    const status = document.getElementById("log-status");
    const decoder = new TextDecoder();
    let offset = 0;
    let rest = "";
    let open = null;
    let lines = 0;
    let current = -1;
    const say = (tone, icon, text) => {
      if (status.lastElementChild.textContent === text) { return; }
      status.className = `chip chip-${tone}`;
      status.firstElementChild.className = `pi ${icon}`;
      status.lastElementChild.textContent = text;
    };
    const clean = (line) => line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/^.*\r(?!$)/, "").replace(/\r$/, "");
    const mark = (element, text) => {
      const wanted = search.value.toLowerCase();
      element.replaceChildren();
      const body = document.createElement("span");
      if (wanted) {
        let from = 0;
        const lower = text.toLowerCase();
        for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
          const found = document.createElement("mark");
          found.textContent = text.slice(at, at + wanted.length);
          body.append(text.slice(from, at), found);
          from = at + wanted.length;
        }
        body.append(text.slice(from));
      } else {
        body.textContent = text;
      }
      element.append(body);
    };
    const write = (element, text) => {
      element.raw = text;
      element.className = /^\s*(Traceback|[\w.]*(Error|Exception)\b|ERROR\b|CRITICAL\b)/.test(text) ? "log-line error" : "log-line";
      mark(element, text);
    };
    const line = (text) => {
      const element = document.createElement("div");
      element.dataset.n = ++lines;
      write(element, text);
      return element;
    };
    const count = () => {
      const found = log.getElementsByTagName("mark").length;
      matches.textContent = search.value ? (found === 1 ? "1 match" : `${found} matches`) : "";
    };
    const take = (text) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop();
      const added = document.createDocumentFragment();
      if (open) { open.remove(); lines--; }
      open = null;
      for (const part of parts) { added.append(line(clean(part))); }
      if (rest) { open = line(clean(rest)); added.append(open); }
      log.append(added);
      while (log.childElementCount > MOST_LINES) { log.firstElementChild.remove(); }
      if (search.value) { count(); }
      if (follow.checked) { log.scrollTop = log.scrollHeight; }
    };
    const fetchMore = async () => {
      const answer = await fetch(`${log.dataset.log}&offset=${offset}`, { headers: background, cache: "no-store" });
      if (!answer.ok) {
        say("bad", "pi-times-circle", answer.status === 401 ? "Signed out" : `Log unavailable (${answer.status})`);
        return answer.status >= 500 || answer.status === 404 ? 3000 : -1;
      }
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const next = Number(answer.headers.get("X-Millwright-Log-Offset"));
      const complete = answer.headers.get("X-Millwright-Log-Complete") === "true";
      take(decoder.decode(bytes, { stream: true }));
      const grown = next > offset;
      offset = Number.isFinite(next) ? next : offset + bytes.length;
      document.getElementById("log-empty").hidden = offset > 0;
      if (complete && !grown) {
        say("quiet", "pi-check", offset > 0 ? "Complete" : "Nothing was printed");
        return -1;
      }
      say("busy", "pi-sync", "Live");
      return grown ? 200 : 1000;
    };
    const keepUp = async () => {
      let millis = 1000;
      try { millis = await fetchMore(); } catch (offline) { say("bad", "pi-times-circle", "Connection lost, trying again"); millis = 3000; }
      if (millis >= 0) { setTimeout(keepUp, millis); }
    };
    wrap.addEventListener("change", () => log.classList.toggle("wrap", wrap.checked));
    follow.addEventListener("change", () => { if (follow.checked) { log.scrollTop = log.scrollHeight; } });
    log.addEventListener("wheel", (event) => { if (event.deltaY < 0) { follow.checked = false; } }, { passive: true });
    let typing = 0;
    search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => { for (const element of log.children) { mark(element, element.raw); } current = -1; count(); }, 150);
    });
    const nextMatch = () => {
      const found = log.getElementsByTagName("mark");
      if (!found.length) { return; }
      found[current]?.classList.remove("now");
      current = (current + 1) % found.length;
      found[current].classList.add("now");
      follow.checked = false;
      found[current].scrollIntoView({ block: "center" });
    };
    document.getElementById("log-next").addEventListener("click", nextMatch);
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); nextMatch(); } });
    log.classList.toggle("wrap", wrap.checked);
    keepUp();
  };

  /* Traffic: moving one share moves the others in proportion, so that together they stay 100. */
  const editTraffic = (editor) => {
    const numbers = [...editor.querySelectorAll("[data-number]")];
    const show = () => {
      let sum = 0;
      for (const number of numbers) {
        const share = Number(number.value);
        sum += share;
        editor.querySelector(`[data-range="${number.dataset.number}"]`).value = share;
        document.querySelector(`[data-share="${number.dataset.number}"]`).style.width = share + "%";
      }
      document.getElementById("traffic-sum").textContent = `Together ${sum} %.`;
    };
    const set = (changed, value) => {
      const share = Math.min(100, Math.max(0, Math.round(value) || 0));
      const others = numbers.filter((number) => number !== changed);
      changed.value = others.length ? share : 100;
      const left = 100 - Number(changed.value);
      const before = others.reduce((sum, other) => sum + Number(other.value), 0);
      let given = 0;
      others.forEach((other, index) => {
        const part = index === others.length - 1 ? left - given
          : Math.round(before > 0 ? left * Number(other.value) / before : left / others.length);
        other.value = Math.max(0, part);
        given += part;
      });
      show();
    };
    for (const number of numbers) {
      number.addEventListener("change", () => set(number, Number(number.value)));
      editor.querySelector(`[data-range="${number.dataset.number}"]`).addEventListener("input", (event) => set(number, Number(event.target.value)));
    }
  };

  /* The test form: the page lends the key, the browser asks, so the time is the one a client sees. */
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2).replace(/\[\s+((?:[^[\]{}]|\s)*?)\s+\]/g, (_, inner) => `[${inner.replace(/\s+/g, " ")}]`); } catch (notJson) { return text; } };
  const fact = (tone, icon, text) => `<span class="chip chip-${tone}"><i class="pi ${icon}" aria-hidden="true"></i>${text}</span>`;
  const studio = {
    done() { studio.close(); refresh().catch(() => {}); },
    close() { document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()); },
    asking() { document.getElementById("test-facts").textContent = "Asking…"; },
    async score(args) {
      const facts = document.getElementById("test-facts");
      const shown = document.getElementById("test-answer");
      if (!args?.key) { facts.textContent = ""; return; }
      document.getElementById("test-hint").hidden = true;
      const headers = { "Content-Type": "application/json", Authorization: "Bearer " + args.key };
      const deployment = document.getElementById("test-deployment").value;
      if (deployment) { headers["azureml-model-deployment"] = deployment; }
      const begin = performance.now();
      try {
        const answer = await fetch(document.getElementById("test-url").dataset.path, { method: "POST", headers, body: document.getElementById("test-body").value, credentials: "omit" });
        const text = await answer.text();
        const millis = performance.now() - begin;
        shown.textContent = pretty(text);
        shown.classList.toggle("bad", !answer.ok);
        const by = answer.headers.get("azureml-model-deployment");
        facts.innerHTML = fact(answer.ok ? "good" : "bad", answer.ok ? "pi-check-circle" : "pi-times-circle", String(answer.status));
        facts.append(`${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`, by ? ` by ${by}` : "");
      } catch (unreachable) {
        facts.innerHTML = fact("bad", "pi-times-circle", "No answer");
        shown.textContent = "The endpoint could not be reached from this browser.";
        shown.classList.add("bad");
      }
    },
  };
  window.studio = studio;

  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, a, summary");
    const menu = document.getElementById("user-menu");
    if (menu?.open && !menu.contains(event.target)) { menu.open = false; }
    if (!target) { return; }
    if (target.id === "theme") {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("millwright_theme", root.dataset.theme);
      redrawAll();
    } else if (target.id === "collapse") {
      const collapsed = root.dataset.sidebar !== "collapsed";
      root.dataset.sidebar = collapsed ? "collapsed" : "open";
      target.setAttribute("aria-expanded", String(!collapsed));
      remember("millwright_sidebar", root.dataset.sidebar);
      window.dispatchEvent(new Event("resize"));
    } else if (target.dataset.open) {
      const dialog = document.getElementById(target.dataset.open);
      const field = dialog.querySelector("[data-target-field]");
      const name = dialog.querySelector("[data-target-name]");
      if (field) { field.value = target.dataset.target; }
      if (name) { name.textContent = target.dataset.targetLabel ?? target.dataset.target; }
      dialog.showModal();
    } else if ("close" in target.dataset) {
      target.closest("dialog").close();
    } else if ("copy" in target.dataset) {
      const icon = target.firstElementChild;
      navigator.clipboard.writeText(target.closest(".code").querySelector("pre").textContent).then(() => {
        target.classList.add("done");
        icon.className = "pi pi-check";
        setTimeout(() => { target.classList.remove("done"); icon.className = "pi pi-copy"; }, 1600);
      });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select") && document.getElementById("find")) {
      event.preventDefault();
      document.getElementById("find").focus();
    }
    if (event.key === "Escape") { const menu = document.getElementById("user-menu"); if (menu?.open) { menu.open = false; menu.querySelector("summary").focus(); } }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-submit-on-change] select")) { event.target.form.requestSubmit(); }
  });
  document.addEventListener("DOMContentLoaded", () => {
    dress(document);
    const shownZone = document.getElementById("zone");
    if (shownZone) { shownZone.textContent = `Times in ${zone.replaceAll("_", " ")}`; }
    const log = document.querySelector("[data-log]");
    if (log) { followLog(log); }
    document.querySelectorAll("[data-traffic]").forEach(editTraffic);
    const body = document.querySelector("[data-json]");
    if (body) { body.value = pretty(body.value); }
    window.jQuery?.(document).on("pfAjaxComplete", () => dress(document));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
    setInterval(() => localise(document), 15000);
    keepFresh();
  });
})();
