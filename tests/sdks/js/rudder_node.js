import rudder from "@rudderstack/rudder-sdk-node";

const [url, key] = process.argv.slice(2);
const Analytics = rudder.default ?? rudder;
const analytics = new Analytics(key, { dataPlaneUrl: url, flushInterval: 100 });
analytics.identify({ userId: "K-rudder-node", traits: { email: "rudder-node@example.org" } });
analytics.track({ userId: "K-rudder-node", event: "Form Submitted" });
analytics.page({ userId: "K-rudder-node", name: "Careers" });
await new Promise((done) => analytics.flush(done));
process.exit(0);
