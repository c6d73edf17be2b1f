/** The id and envelope of a Fapshi transaction, the same in webhooks and in the API. */
import { Json, type Kind } from "../../facts/json_reader.ts";

/**
 * The id of a transaction. It becomes part of a URL, so it must have exactly this form (Fapshi/SDKs, nodejs/fapshi.js).
 */
export const transactionId: Kind<string> = {
  name: "8 to 10 letters and digits",
  read: (value) => (typeof value === "string" && /^[a-zA-Z0-9]{8,10}$/.test(value) ? value : undefined),
};

/** The transaction in a body or response: documented as an object, in older docs as a list with one member. */
export function unwrapTransaction(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : body;
}

/** The id of a transaction; null if it has none that Fapshi's API accepts. */
export function transIdOf(transaction: unknown): string | null {
  return transactionId.read(new Json(transaction).at("transId").value) ?? null;
}
