import { AnalyticsBrowser } from "@segment/analytics-next";

const said = new URLSearchParams(location.search);
const [url, key, proof] = ["url", "key", "proof"].map((name) => said.get(name));
const host = new URL(url).host;
const analytics = AnalyticsBrowser.load(
  { writeKey: key, cdnURL: url },
  { integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol: "http" } } },
);
window.done = (async () => {
  await analytics.page("Careers");
  await analytics.page("Vacancy");
  await analytics.track("Form Submitted", { vacancy: "V-1" });
  await analytics.identify("K-made-up", { email: "somebody@example.org", ...(proof ? { journeyscoreToken: proof } : {}) });
  return true;
})();
