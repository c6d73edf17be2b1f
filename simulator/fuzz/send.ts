/** Sends one fuzzed request. */
import http from "node:http";
import type { Fuzzed } from "./compose.ts";

export interface Answer {
  /** 0: there was no answer. */
  status: number;
  text: string;
  /** Why there was none. */
  failure: string | null;
}

/** Longer than any function may take. */
const TIMEOUT_MS = 60_000;

/** Sends one request, or half of it and then hangs up. Never rejects. */
export function send({ url, method, headers, body, hangsUp }: Fuzzed, agent: http.Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const none = (error: Error) => resolve({ status: 0, text: "", failure: hangsUp ? null : error.message });
    const request = http.request(url, {
      method,
      agent: hangsUp ? undefined : agent,
      headers: { ...headers, ...(method !== "GET" && method !== "HEAD" && { "content-length": body.length }) },
      timeout: TIMEOUT_MS,
    });
    request.once("error", none);
    request.once("timeout", () => request.destroy(new Error(`none within ${TIMEOUT_MS / 1000} s`)));
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.once("error", none);
      response.once("end", () =>
        resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString(), failure: null }),
      );
    });
    if (!hangsUp) return void request.end(body);
    request.write(body.subarray(0, Math.ceil(body.length / 2)), () => request.destroy());
    request.once("close", () => resolve({ status: 0, text: "", failure: null }));
  });
}
