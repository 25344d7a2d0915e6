import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

const said = new URLSearchParams(location.search);
const [url, key, proof] = ["url", "key", "proof"].map((name) => said.get(name));
const analytics = new RudderAnalytics();
analytics.load(key, url, { configUrl: url });
window.done = new Promise((done) => {
  analytics.ready(() => done(true));
  analytics.page("Careers");
  analytics.page("Vacancy");
  analytics.track("Form Submitted", { vacancy: "V-1" });
  analytics.identify("K-made-up", { email: "somebody@example.org", ...(proof ? { journeyscoreToken: proof } : {}) }, undefined, () => done(true));
});
