// Probot's own server with an app that listens and does nothing: what it takes to acknowledge a delivery.
import { generateKeyPairSync } from "node:crypto";
import { Probot, Server } from "probot";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const server = new Server({
  Probot: Probot.defaults({ appId: 1, privateKey, secret: process.env.WEBHOOK_SECRET, logLevel: "fatal" }),
  port: Number(process.env.PORT),
  host: "127.0.0.1",
  webhookPath: "/api/github/webhooks",
});
await server.load((app) => { app.on("push", async () => {}); });
await server.start();
