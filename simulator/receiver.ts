/**
 * A receiver like make.com's and Railway's, which believes nothing: it checks each request with the libraries its owner
 * would use (`standardwebhooks`, `stripe`) and keeps what came. Answers 200 unless told otherwise.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";

export interface Received {
  /** /make, /railway, /railway-stripe */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** When, in ms since the epoch. */
  at: number;
  /** Which library accepted its signature; null: none did. */
  verifiedBy: "standardwebhooks" | "stripe" | null;
  /** The message's or event's type. */
  type: string;
  /** webhook-id, or the Stripe event's id. */
  id: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Never answers. */
  hang?: boolean;
  /** Breaks the connection off. */
  reset?: boolean;
  /** Answers once this is settled. */
  after?: Promise<unknown>;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Decides what is answered from now on. */
  answer(decide: (request: Received) => Answer): void;
  /** The variables that send everything here. */
  environment(): Record<string, string>;
  stop(): Promise<void>;
}

export interface ReceiverSecrets {
  MAKE_SIGNING_SECRET: string;
  RAILWAY_SIGNING_SECRET: string;
  RAILWAY_STRIPE_SIGNING_SECRET: string;
}

export async function startReceiver(
  secrets: ReceiverSecrets,
  onReceived: (request: Received) => void = () => {},
): Promise<Receiver> {
  const received: Received[] = [];
  let decide: (request: Received) => Answer = () => ({ status: 200, body: "Accepted" });

  function verify(path: string, headers: IncomingHttpHeaders, body: string): Received["verifiedBy"] {
    try {
      if (path === "/railway-stripe") {
        Stripe.webhooks.constructEvent(body, headers["stripe-signature"]!, secrets.RAILWAY_STRIPE_SIGNING_SECRET);
        return "stripe";
      }
      const secret = path === "/make" ? secrets.MAKE_SIGNING_SECRET : secrets.RAILWAY_SIGNING_SECRET;
      new Webhook(secret.split(" ")[0]!).verify(body, headers as Record<string, string>);
      return "standardwebhooks";
    } catch {
      return null;
    }
  }

  // A connection that idles is the client's to close: one closed here just as it is used again is a failed request.
  const server = createServer({ keepAliveTimeout: 120_000 }, async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // whoever sent it is gone
    }
    const body = Buffer.concat(chunks).toString("utf8");
    const path = request.url ?? "/";
    const { type, id } = JSON.parse(body);
    const one: Received = {
      path,
      headers: request.headers,
      body,
      at: Date.now(),
      verifiedBy: verify(path, request.headers, body),
      type,
      id: (request.headers["webhook-id"] as string | undefined) ?? id,
    };
    received.push(one);
    const { hang, reset, after, status = 200, headers = {}, body: answer = "" } = decide(one);
    await after;
    if (reset) request.socket.resetAndDestroy();
    else if (!hang) response.writeHead(status, headers).end(answer);
    onReceived(one);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;

  return {
    url,
    received,
    answer(next) {
      decide = next;
    },
    environment: () => ({
      ...secrets,
      MAKE_WEBHOOK_URL: `${url}/make`,
      RAILWAY_WEBHOOK_URL: `${url}/railway`,
      RAILWAY_STRIPE_WEBHOOK_URL: `${url}/railway-stripe`,
    }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
