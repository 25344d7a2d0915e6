// journeyscore on a career site: <script src=".../journeyscore.js" data-key="jsw_..." defer></script>
//
// Before the visitor agrees nothing is stored, and nothing is sent but that a page was seen, without any id. What
// happens on the page is held in memory, and sent if the visitor agrees on that page. The consent is read from the
// usual consent managers, or said by the page: journeyscore.consent(true), journeyscore.consent(false).
(() => {
  "use strict";
  const script = document.currentScript;
  const key = script.dataset.key;
  const home = new URL(script.src).origin;
  const ID = "journeyscore_id";
  const refuses = navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
  let agreed = null; // null: nobody said anything yet
  let held = [];
  let token = takenToken();

  // A link in a mail has the token; it goes from the address, so that nobody passes it on.
  function takenToken() {
    const address = new URL(location.href);
    const found = address.searchParams.get("journeyscore");
    if (found === null) return "";
    address.searchParams.delete("journeyscore");
    history.replaceState(history.state, "", address);
    return found;
  }

  function stored() {
    try {
      return localStorage.getItem(ID);
    } catch {
      return null; // storage is forbidden: each page is a visitor of its own
    }
  }

  function visitor() {
    const known = stored() ?? crypto.randomUUID();
    try {
      localStorage.setItem(ID, known);
    } catch {}
    return known;
  }

  function context() {
    const said = new URLSearchParams(location.search);
    const campaign = {};
    for (const [tag, name] of Object.entries({source: "source", medium: "medium", campaign: "name", content: "content", term: "term"})) {
      if (said.get(`utm_${tag}`)) campaign[name] = said.get(`utm_${tag}`);
    }
    const page = {url: location.href, path: location.pathname, title: document.title, referrer: document.referrer};
    return {page, campaign, locale: navigator.language};
  }

  function post(kind, call) {
    const body = JSON.stringify({...call, writeKey: key, sentAt: new Date().toISOString()});
    if (!navigator.sendBeacon?.(`${home}/v1/${kind}`, body)) {
      fetch(`${home}/v1/${kind}`, {method: "POST", body, keepalive: true, headers: {"Content-Type": "text/plain"}}).catch(() => {});
    }
  }

  function send(kind, call) {
    const proof = token ? {journeyscoreToken: token} : {};
    const told = {...call.context, ...proof, consent: {analytics: true}};
    post(kind, {...call, anonymousId: visitor(), context: told});
  }

  function happen(kind, said) {
    const call = {...said, messageId: crypto.randomUUID(), timestamp: new Date().toISOString(), context: context()};
    if (agreed) send(kind, call);
    else if (agreed === null && held.length < 100) held.push([kind, call]);
  }

  function consent(yes) {
    yes = Boolean(yes) && !refuses;
    if (yes === agreed) return;
    const before = agreed;
    agreed = yes;
    if (yes) {
      if (before === false || token) send("track", {event: "consent given", messageId: crypto.randomUUID(), timestamp: new Date().toISOString(), context: context()});
      for (const [kind, call] of held) send(kind, call);
    } else if (stored()) {
      post("track", {event: "consent withdrawn", anonymousId: stored(), messageId: crypto.randomUUID(), timestamp: new Date().toISOString()});
      localStorage.removeItem(ID);
    }
    held = [];
  }

  // --- What consent managers say. Each calls consent() when it knows, and again when it changes. ---

  const listen = (name, read) => {
    const now = () => { const said = read(); if (said !== undefined) consent(said); };
    window.addEventListener(name, now);
    now();
  };

  // IAB Transparency & Consent Framework 2: storing (1) and measuring (8 or 9) on the device
  let tries = 0;
  (function tcf() {
    if (typeof window.__tcfapi !== "function") { if (tries++ < 50) setTimeout(tcf, 200); return; }
    window.__tcfapi("addEventListener", 2, (data, ok) => {
      if (!ok || !["tcloaded", "useractioncomplete"].includes(data.eventStatus)) return;
      if (data.gdprApplies === false) return;
      const given = data.purpose?.consents ?? {};
      consent(given[1] && (given[8] || given[9]));
    });
  })();

  // Cookiebot
  for (const name of ["CookiebotOnConsentReady", "CookiebotOnAccept", "CookiebotOnDecline"]) {
    listen(name, () => (window.Cookiebot?.hasResponse ? window.Cookiebot.consent?.statistics : undefined));
  }

  // OneTrust: C0002 are the performance cookies
  listen("OneTrustGroupsUpdated", () => (typeof window.OnetrustActiveGroups === "string" && window.OneTrust?.IsAlertBoxClosed?.() !== false
    ? window.OnetrustActiveGroups.split(",").includes("C0002") : undefined));

  // Google's consent mode: what the page tells gtag
  const layer = (window.dataLayer = window.dataLayer || []);
  const heard = (entry) => {
    const [verb, what, said] = entry ?? [];
    if (verb === "consent" && what === "update" && said?.analytics_storage) consent(said.analytics_storage === "granted");
  };
  for (const entry of layer) heard(entry);
  const push = layer.push.bind(layer);
  layer.push = (...entries) => { const done = push(...entries); entries.forEach(heard); return done; };

  window.journeyscore = {
    consent,
    track: (event, properties = {}) => happen("track", {event: String(event), properties}),
    page: () => happen("page", {}),
  };
  if (!agreed) post("page", {});  // a number, and nothing else
  happen("page", {});
  window.dispatchEvent(new Event("journeyscore"));
})();
