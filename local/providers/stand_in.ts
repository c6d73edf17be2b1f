/**
 * The frame of a stand-in for a provider's API: answers what the clients and the reconciler ask, from what a test (or
 * `npm run send`) put into it, and misbehaves on demand. Mounted by the gateway at `/providers/<name>`.
 */

/** A way to misbehave, for the next `times` requests whose path starts with `path`. */
export interface Fault {
  /**
   * hang: answers nothing until the caller hangs up. done, then hang: the same, after it did what was asked. wrong
   * shape: 200 with JSON that is not what is documented.
   */
  kind: "429" | "500" | "hang" | "done, then hang" | "wrong shape" | "not json";
  /** Default: every method. */
  method?: string;
  /** Default: every path. */
  path?: string;
  /** Default 1. */
  times?: number;
  /** Of a 429: Retry-After in seconds. Default 0. */
  retryAfter?: number;
}

/** A request as it came, for tests to look at. */
export interface Asked {
  method: string;
  /** Without the mount, with the query. */
  path: string;
  headers: Headers;
  body: string;
}

export interface StandIn {
  /** Every request so far, the faulty ones too. */
  readonly asked: Asked[];
  /** Something happened at the provider, told as the body of the webhook about it: from now on the API knows of it. */
  put(body: string): void;
  /** Misbehaves from now on, until `times` is used up. */
  fail(fault: Fault): void;
  /** Misbehaves no more. */
  mend(): void;
  /** `path` starts with "/" and is without the mount. */
  handle(request: Request, path: string): Promise<Response>;
}

/** How a buyer's payment ends, or that it has not yet. */
export type Outcome = "captured" | "failed" | "pending";

/** What a browser shows of a payment on the provider's own page. */
export interface PayPage {
  /** As people read it: "€49.00". */
  amount: string;
  /** waiting: paid by a slow method, and not through yet. over: nobody can pay here any more. */
  status: "open" | "waiting" | "over";
  /** Where the buyer goes from here after paying, and after giving up. Null: the provider has no such way back. */
  successUrl: string | null;
  cancelUrl: string | null;
  /** Whether a buyer whose payment is declined stays on the page, and may try again. */
  retries: boolean;
}

/** A stand-in where a buyer can pay. */
export interface Payable {
  /** What its page shows of what `ref` names; undefined: there is no such payment. Without it: it has no page. */
  page?(ref: string): PayPage | undefined;

  /**
   * The buyer pays what `ref` names, as a gateway created it. From now on the API knows of it. Returns the bodies of
   * the webhooks that the provider would send, in its order. Throws when nobody can pay there any more.
   */
  pay(ref: string, outcome: Outcome): string[];
}

/** The address of the page on which a buyer pays what `ref` names. */
export type PayPageUrl = (ref: string) => string;

/** "€49.00" for 4900 minor units of EUR; with `isDecimal`, for 49. */
export function readableAmount(amount: number, currency: string, { isDecimal = false } = {}): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(isDecimal ? amount : amount / 10 ** format.resolvedOptions().maximumFractionDigits!);
}

/** What one provider's stand-in knows and answers. */
export interface Knowledge {
  put(body: string): void;
  /** The API itself; null: no such path. */
  answer(asked: Asked, url: URL): Response | null | Promise<Response | null>;
}

export function standIn({ put, answer }: Knowledge): StandIn {
  const faults: (Fault & { times: number })[] = [];
  const asked: Asked[] = [];

  function misbehaviour(method: string, path: string): Fault | undefined {
    const found = faults.findIndex((fault) => path.startsWith(fault.path ?? "") && (fault.method ?? method) === method);
    const fault = faults[found];
    if (fault && --fault.times <= 0) faults.splice(found, 1);
    return fault;
  }

  return {
    asked,
    put,
    fail: (fault) => faults.push({ times: 1, ...fault }),
    mend: () => faults.splice(0),
    async handle(request, path) {
      if (request.method === "POST" && path === "/_put") {
        put(await request.text()); // how `npm run send` tells it
        return Response.json({ known: true });
      }
      const one = { method: request.method, path, headers: request.headers, body: await request.text() };
      asked.push(one);
      const fault = misbehaviour(request.method, path);
      switch (fault?.kind) {
        case "429":
          return Response.json(
            { message: "Too many requests" },
            { status: 429, headers: { "retry-after": String(fault.retryAfter ?? 0) } },
          );
        case "500":
          return new Response("Internal Server Error", { status: 500 });
        case "wrong shape":
          return Response.json({ surprise: [] });
        case "not json":
          return new Response("<html>down for maintenance</html>", { headers: { "content-type": "text/html" } });
        case "done, then hang":
        case "hang":
          if (fault.kind === "done, then hang") await answer(one, new URL(path, "http://provider"));
          await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
          return new Response(null, { status: 499 });
      }
      return (
        (await answer(one, new URL(path, "http://provider"))) ??
        Response.json({ message: "Not found" }, { status: 404 })
      );
    },
  };
}
