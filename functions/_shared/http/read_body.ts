import { allOf } from "./streams.ts";

/** Reads the body of `request`, but never more than `limit` bytes. Null if it is larger. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const contentLength = request.headers.get("content-length");
  if (Number(contentLength) > limit) return null;
  // The server enforces Content-Length (unless the body is also sent in chunks), and reads the body faster than we do.
  if (contentLength !== null && !request.headers.has("transfer-encoding")) {
    const body = new Uint8Array(await request.arrayBuffer());
    return body.length > limit ? null : body;
  }
  return await allOf(request.body, limit);
}
