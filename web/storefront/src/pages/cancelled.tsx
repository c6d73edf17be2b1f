/** @jsxImportSource preact */
/** The buyer gave up on the provider's page: what was reserved is released, unless money is on its way. */
import { useEffect } from "preact/hooks";
import { callOff } from "../api/checkout.ts";
import { forget, tokenOf } from "../app/purchase.ts";
import { at, go } from "../app/router.ts";
import { Heading, Problem, useLoaded, Waiting, wordsOf } from "../ui/parts.tsx";

export function CancelledPage({ checkout }: { checkout: string }) {
  const { value: state, error } = useLoaded(() => callOff(checkout, tokenOf(checkout) ?? ""));
  const isOver = state !== undefined && ["cancelled", "expired", "failed"].includes(state);
  useEffect(() => {
    if (isOver) forget();
    // Money is on its way, or has come.
    else if (state !== undefined) go(`checkout/success?checkout_session_id=${checkout}`, { replace: true });
  }, [state, isOver, checkout]);
  if (error) {
    return (
      <>
        <Heading title="Cancelled">Back from paying</Heading>
        <Problem>
          <p>{wordsOf(error)}</p>
        </Problem>
        <p>Nothing was charged. What was kept for you is free again within the hour.</p>
        <p>
          <a href={at("cart")}>To the cart</a>
        </p>
      </>
    );
  }
  if (!isOver) return <Waiting>Cancelling…</Waiting>;
  return (
    <div class="outcome cancelled" data-state={state}>
      <Heading title="Cancelled">Payment cancelled</Heading>
      <p>You were not charged. Your cart is as it was.</p>
      <p class="row">
        <a class="button" href={at("cart")}>
          Back to the cart
        </a>
        <a href={at()}>To the shop</a>
      </p>
    </div>
  );
}
