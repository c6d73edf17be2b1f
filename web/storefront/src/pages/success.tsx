/** @jsxImportSource preact */
/** Where the buyer comes back to. Coming back proves nothing: the order is made when the provider says so. */
import { useEffect, useState } from "preact/hooks";
import type { PaymentStatus } from "../../../../clients/web/src/payment.ts";
import { followPayment } from "../api/checkout.ts";
import { emptyCart } from "../app/cart.ts";
import { abandon, forget, tokenOf } from "../app/purchase.ts";
import { at, go } from "../app/router.ts";
import { seemsSignedIn } from "../app/session.ts";
import { money } from "../app/words.ts";
import { Heading, Problem, wordsOf } from "../ui/parts.tsx";

const FIRST: Pick<PaymentStatus, "state" | "show"> = {
  state: "processing",
  show: { title: "Processing payment…", text: "This takes a few seconds. Please keep this page open." },
};
/** Until the state is final. An account hears of its order by Realtime. */
function useStatus(checkout: string): { status: PaymentStatus | null; error: unknown } {
  const [status, setStatus] = useState<PaymentStatus | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const left = new AbortController();
    followPayment(checkout, tokenOf(checkout), setStatus, left.signal).catch((refused) => {
      if (!left.signal.aborted) setError(refused);
    });
    return () => left.abort();
  }, [checkout]);
  return { status, error };
}

export function SuccessPage({ checkout }: { checkout: string }) {
  const { status, error } = useStatus(checkout);
  const { state, show } = status ?? FIRST;

  useEffect(() => {
    if (["paid", "in_review", "refunded"].includes(state)) {
      forget();
      emptyCart();
    } else if (["failed", "cancelled", "expired"].includes(state)) forget();
  }, [state]);

  if (error) {
    return (
      <>
        <Heading title="Purchase">We cannot show this purchase</Heading>
        <Problem>
          <p>{wordsOf(error)}</p>
        </Problem>
        <p>Open it in the tab in which you began it, or sign in: a paid order is on your page.</p>
      </>
    );
  }
  return (
    <div class={`outcome ${state}`} data-state={state}>
      <div aria-live="polite">
        <Heading title={show.title}>{show.title}</Heading>
        <p>{show.text}</p>
      </div>
      {state === "processing" && <progress aria-label="Waiting for the payment" />}
      {status?.failure && <p class="detail">{status.failure}</p>}
      {status?.order && (
        <dl class="sums">
          <dt>Order</dt>
          <dd>{status.order.number}</dd>
          <dt class="total">Total</dt>
          <dd class="total">{money(status.order.total_minor, status.order.currency)}</dd>
        </dl>
      )}
      {state === "paid" && (
        <p class="row">
          <a class="button" href={at(seemsSignedIn() ? "account" : "account?new")}>
            {seemsSignedIn() ? "To my page" : "Make an account"}
          </a>
          <a href={at()}>Back to the shop</a>
        </p>
      )}
      {state === "paid" && !seemsSignedIn() && (
        <p class="detail">With the same e-mail address, you find this order in your account.</p>
      )}
      {["failed", "cancelled", "expired"].includes(state) && (
        <p class="row">
          <a class="button" href={at("cart")}>
            Back to the cart
          </a>
        </p>
      )}
      {state === "unpaid" && (
        <p class="row">
          <button type="button" onClick={() => abandon(checkout).then(() => go("cart"))}>
            Cancel it, back to the cart
          </button>
        </p>
      )}
    </div>
  );
}
