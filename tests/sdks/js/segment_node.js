import { Analytics } from "@segment/analytics-node";

const [url, key] = process.argv.slice(2);
const analytics = new Analytics({ writeKey: key, host: url, flushAt: 10 });
analytics.identify({ userId: "K-segment-node", traits: { email: "segment-node@example.org", name: "Noor Node" } });
analytics.track({ userId: "K-segment-node", event: "Form Submitted", properties: { vacancy: "V-1" } });
analytics.page({ userId: "K-segment-node", name: "Careers", properties: { url: "https://werkenbij.example/jobs?utm_source=linkedin" } });
await analytics.closeAndFlush();
