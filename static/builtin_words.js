/* Streamlit's own words in the reader's language (decision 0008). `data-words` maps each English sentence to
   the reader's; `{count}` and `{number}` stand for digits, other holes for anything. Charts, tables and code
   are left alone. It runs once, then follows what is drawn. */
(() => {
  const script = document.currentScript;
  const OURS = ".js-plotly-plot, [data-testid=stTable], [data-testid=stTooltipContent], canvas, pre, script, style";
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];
  const NUMBERS = new Set(["count", "number"]);
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  const state = (window.dengtaWords ??= { before: new WeakMap(), exact: new Map(), patterns: [], watching: false });

  function learn(words) {
    state.exact = new Map();
    state.patterns = [];
    for (const [english, own] of Object.entries(words)) {
      if (!english.includes("{")) {
        state.exact.set(english, own);
        continue;
      }
      const names = [...english.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]);
      const holes = escaped(english).replace(/\\\{(\w+)\\\}/g, (_, name) => (NUMBERS.has(name) ? "([\\d,]+)" : "(.+)"));
      state.patterns.push([new RegExp(`^${holes}$`, "s"), names, own]);
    }
  }

  function translated(text) {
    const bare = text.trim();
    if (!bare || bare.length > 160) return text;
    const own = state.exact.get(bare);
    if (own !== undefined) return text.replace(bare, () => own);
    for (const [pattern, names, sentence] of state.patterns) {
      const found = pattern.exec(bare);
      if (found) return sentence.replace(/\{(\w+)\}/g, (_, name) => found[names.indexOf(name) + 1]);
    }
    return text;
  }

  /* What stood there in English is kept, so that another language can be put in its place later. */
  function put(node, key, now, write) {
    const kept = state.before.get(node) ?? {};
    const english = kept[key] && kept[key].own === now ? kept[key].english : now;
    const own = translated(english);
    if (own === now) return;
    kept[key] = { english, own };
    state.before.set(node, kept);
    write(own);
  }

  function textNode(node) {
    const parent = node.parentElement;
    if (!parent || parent.closest(OURS)) return;
    put(node, "text", node.nodeValue, (own) => { node.nodeValue = own; });
  }

  function attributes(element) {
    if (element.closest(OURS)) return;
    for (const name of ATTRIBUTES) {
      const now = element.getAttribute(name);
      if (now) put(element, name, now, (own) => element.setAttribute(name, own));
    }
  }

  function walk(root) {
    if (root.nodeType === Node.TEXT_NODE) return textNode(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(OURS)) return;
    attributes(root);
    root.querySelectorAll("[aria-label], [title], [placeholder]").forEach(attributes);
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) textNode(texts.currentNode);
  }

  function watch() {
    if (state.watching) return;
    state.watching = true;
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "childList") change.addedNodes.forEach(walk);
        else if (change.type === "characterData") textNode(change.target);
        else attributes(change.target);
      }
    }).observe(document.body, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
  }

  document.documentElement.lang = script.dataset.lang;
  learn(JSON.parse(script.dataset.words));
  walk(document.body);
  watch();
})();
