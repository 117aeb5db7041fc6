// A server that speaks as Azure Blob Storage does, from its vendor (Azurite), on a free port of loopback, which it prints once the
// container `outlet` is there, open to readers; it ends when its standard input does. The account and its key are
// those that every Azurite has (learn.microsoft.com/azure/storage/common/storage-use-azurite).
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";

const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const VERSION = "2023-11-03";

const program = process.argv[2];
const probe = createServer().listen(0, "127.0.0.1");
await once(probe, "listening");
const { port } = probe.address();
await new Promise((done) => probe.close(done));

// In this process, so that it ends with it, however that ends.
process.argv.splice(2, process.argv.length - 2, "--blobHost", "127.0.0.1", "--blobPort", String(port), "--inMemoryPersistence", "--silent",
  "--disableTelemetry", "--skipApiVersionCheck");
console.log = () => {};
createRequire(import.meta.url)(program);
const listens = () => new Promise((done) => {
  const socket = connect(port, "127.0.0.1", () => done(true)).on("error", () => done(false));
  socket.on("close", () => done(false)).unref();
  setTimeout(() => socket.destroy(), 500).unref();
});
while (!(await listens())) await new Promise((done) => setTimeout(done, 50));
process.stdin.resume().on("end", () => process.exit());

const date = new Date().toUTCString();
const signed = ["PUT", ...Array(11).fill(""), "x-ms-blob-public-access:container", `x-ms-date:${date}`, `x-ms-version:${VERSION}`,
  `/${ACCOUNT}/${ACCOUNT}/outlet`, "restype:container"].join("\n");
const signature = createHmac("sha256", Buffer.from(KEY, "base64")).update(signed, "utf8").digest("base64");
const answer = await fetch(`http://127.0.0.1:${port}/${ACCOUNT}/outlet?restype=container`, {
  method: "PUT",
  headers: { "x-ms-blob-public-access": "container", "x-ms-date": date, "x-ms-version": VERSION, Authorization: `SharedKey ${ACCOUNT}:${signature}` },
});
if (answer.status !== 201) {
  console.error(answer.status, await answer.text());
  process.exit(1);
}
process.stdout.write(`${port}\n`);
