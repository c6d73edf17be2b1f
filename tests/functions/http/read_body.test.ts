import { expect, test } from "vitest";
import { readBody } from "../../../functions/_shared/http/read_body.ts";

const LIMIT = 10;

/** A request whose body comes in these chunks, with the headers that a server would pass on. */
function request(chunks: string[], headers: Record<string, string> = {}): Request {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return new Request("http://127.0.0.1/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
}
const read = async (...args: Parameters<typeof request>) => {
  const body = await readBody(request(...args), LIMIT);
  return body && new TextDecoder().decode(body);
};

test("a body of an announced length is read whole", async () => {
  expect(await read(["01234", "56789"], { "content-length": "10" })).toBe("0123456789");
});

test("a body of no announced length is read whole", async () => {
  expect(await read(["01234", "56789"])).toBe("0123456789");
});

test("no body is an empty one", async () => {
  expect(await readBody(new Request("http://127.0.0.1/", { method: "POST" }), LIMIT)).toEqual(new Uint8Array());
});

test.each<[what: string, headers: Record<string, string>]>([
  ["announces more", { "content-length": "11" }],
  ["announces less than it is", { "content-length": "5" }],
  ["comes in chunks", { "transfer-encoding": "chunked" }],
  ["announces less and comes in chunks", { "content-length": "5", "transfer-encoding": "chunked" }],
])("a body over the limit that %s is not read", async (_, headers) => {
  expect(await read(["01234", "567890"], headers)).toBeNull();
});

test("what comes in chunks is read no further than the limit, whatever length is announced", async () => {
  let given = 0;
  const endless = new ReadableStream({
    pull(controller) {
      given++;
      controller.enqueue(new Uint8Array(4));
    },
  });
  const headers = { "content-length": "5", "transfer-encoding": "chunked" };
  expect(
    await readBody(
      new Request("http://127.0.0.1/", { method: "POST", headers, body: endless, duplex: "half" } as RequestInit),
      LIMIT,
    ),
  ).toBeNull();
  expect(given).toBeLessThan(10);
});
