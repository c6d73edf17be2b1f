/** The network between the courier and one receiver: passes bytes on, until it is told to fail. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { NetworkFault } from "./plan.ts";

export interface Link {
  /** With the path of the address that it leads to. */
  url: string;
  fail(how: NetworkFault): void;
  mend(): void;
  stop(): Promise<void>;
}

/** A link on 127.0.0.1 that leads to `target`. */
export async function startLink(target: string): Promise<Link> {
  const { hostname, port, pathname } = new URL(target);
  const sockets = new Set<Socket>();
  let fault: NetworkFault | null = null;

  const server = createServer((near) => {
    if (fault === "partition") return void near.resetAndDestroy();
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (bytes) => {
      if (fault !== "half-open") far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (fault === null) near.write(bytes);
      else if (fault === "answers lost") near.resetAndDestroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  /** Connections that idle would else take no part in what changes. */
  function dropAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}${pathname}`,
    fail(how) {
      fault = how;
      if (how === "partition") dropAll();
    },
    mend() {
      // What went into a silent connection is gone: neither side goes on with it.
      if (fault !== null) dropAll();
      fault = null;
    },
    async stop() {
      dropAll();
      server.close();
      await once(server, "close");
    },
  };
}
