/**
 * A receiver that does as little as a receiver can, so that it is the sender that is measured: HTTP/1.1 by hand, no
 * signature checked, every webhook-id counted. Runs in a process of its own, started by sink.ts, to which it talks over
 * IPC.
 *
 * The path says how it answers: /hang… never, /500… with 500, anything else with 200.
 */
import { createServer, type Socket } from "node:net";
import type { Heard, SinkCommand } from "./sink.ts";

const OK = Buffer.from("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok");
const BROKEN = Buffer.from(
  "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: 6\r\n\r\nbroken",
);
const END_OF_HEAD = Buffer.from("\r\n\r\n");
/** Of so many requests one is kept whole, for its signature to be checked later. */
const SAMPLED = 500;

let heard: Heard;
/** By path and webhook-id, how often it came. */
let seen: Map<string, Map<string, number>>;
let expected: { path: string; distinct: number } | undefined;

/** The clock that all processes of one machine share, in ms. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

function reset(): void {
  heard = { requests: 0, paths: {}, arrivals: {}, samples: [] };
  seen = new Map();
  expected = undefined;
}
reset();

function take(path: string, head: string, body: Buffer): void {
  const at = now();
  const id = /\r\nwebhook-id: *([^\r]+)/i.exec(head)?.[1] ?? "";
  const ids = seen.get(path) ?? new Map<string, number>();
  seen.set(path, ids);
  const times = ids.get(id) ?? 0;
  ids.set(id, times + 1);
  heard.paths[path] ??= { distinct: 0, duplicates: 0, first: at, last: at };
  const one = heard.paths[path];
  if (times === 0) {
    one.distinct++;
    heard.arrivals[id] = at;
  } else {
    one.duplicates++;
  }
  one.last = at;
  if (heard.requests++ % SAMPLED === 0) heard.samples.push({ head, body: body.toString("utf8") });
  if (expected?.path === path && one.distinct >= expected.distinct) {
    expected = undefined;
    process.send!({ complete: true });
  }
}

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const head = rest.toString("latin1", 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const whole = end + END_OF_HEAD.length + length;
      if (rest.length < whole) return;
      const path = head.slice(head.indexOf(" ") + 1, head.indexOf(" ", head.indexOf(" ") + 1));
      take(path, head, rest.subarray(whole - length, whole));
      rest = rest.subarray(whole);
      if (!path.startsWith("/hang")) socket.write(path.startsWith("/500") ? BROKEN : OK);
    }
  });
}

process.on("message", (command: SinkCommand) => {
  if (command.do === "reset") reset();
  if (command.do === "expect") {
    expected = command;
    if ((heard.paths[command.path]?.distinct ?? 0) >= command.distinct) {
      expected = undefined;
      process.send!({ complete: true });
    }
  }
  process.send!({ answer: command.number, ...(command.do === "report" && { heard }) });
});
// The parent is gone, however it ended.
process.on("disconnect", () => process.exit());

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as { port: number }).port }));
