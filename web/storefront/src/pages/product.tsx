/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import { freeTimes, type Product, products } from "../api/catalogue.ts";
import { addToCart } from "../app/cart.ts";
import { at, go } from "../app/router.ts";
import { day, dayAndTime, money } from "../app/words.ts";
import { Away, Heading, useLoaded, Waiting } from "../ui/parts.tsx";
import { Picture } from "../ui/picture.tsx";
import { Times } from "../ui/times.tsx";
import { Availability } from "./shop.tsx";

export function ProductPage({ sku }: { sku: string }) {
  const { value, error, again } = useLoaded(products);
  const product = value?.find((one) => one.sku === sku);
  if (!value) return error ? <Away again={again} /> : <Waiting />;
  if (!product) {
    return (
      <>
        <Heading title="Not on sale">This is not on sale</Heading>
        <p>
          <a href={at()}>To the shop</a>
        </p>
      </>
    );
  }
  return (
    <>
      <p class="back">
        <a href={at()}>‹ All products</a>
      </p>
      <article class="product">
        <Picture product={product} />
        <div>
          <Heading title={product.name}>{product.name}</Heading>
          <p class="row">
            <strong class="price big">{money(product.price_minor, product.currency)}</strong>
            {product.product_prices.map(({ currency, price_minor }) => (
              <span key={currency} class="detail">
                or {money(price_minor, currency)}
              </span>
            ))}
            <Availability product={product} />
          </p>
          {product.description && <p>{product.description}</p>}
          {product.cohorts && <Cohort product={product} />}
          {product.kind === "tutoring_session" ? <Book product={product} /> : <Add product={product} />}
        </div>
      </article>
    </>
  );
}

function Cohort({ product: { cohorts } }: { product: Product }) {
  return (
    <dl class="facts">
      {cohorts?.starts_at && (
        <>
          <dt>Begins</dt>
          <dd>{dayAndTime(cohorts.starts_at)}</dd>
        </>
      )}
      {cohorts?.ends_at && (
        <>
          <dt>Ends</dt>
          <dd>{day(cohorts.ends_at)}</dd>
        </>
      )}
      {cohorts?.description && (
        <>
          <dt>Content</dt>
          <dd>{cohorts.description}</dd>
        </>
      )}
    </dl>
  );
}

function Add({ product }: { product: Product }) {
  const [quantity, setQuantity] = useState(1);
  const isSeat = product.kind === "cohort_seat";
  const most = isSeat ? 1 : (product.max_quantity ?? 20);
  if (product.level === "none") return <p class="notice">{isSeat ? "This course is full." : "Sold out for now."}</p>;
  return (
    <form
      class="add"
      onSubmit={(event) => {
        event.preventDefault();
        addToCart({ sku: product.sku, quantity }, most);
        go("cart");
      }}
    >
      {most > 1 && (
        <label>
          Quantity
          <input
            type="number"
            min={1}
            max={most}
            required
            value={quantity}
            onInput={(event) => setQuantity(Math.floor(Number(event.currentTarget.value)))}
          />
        </label>
      )}
      <button type="submit">{isSeat ? "Take a seat" : "Add to cart"}</button>
    </form>
  );
}

function Book({ product: { sku, tutors } }: { product: Product }) {
  return (
    <Times
      title="When?"
      verb="Book"
      load={(from, to) => freeTimes(sku, from, to)}
      onChosen={(starts_at) => {
        addToCart({ sku, quantity: 1, starts_at }, 1);
        go("cart");
      }}
    >
      {tutors && ` Cancel ${tutors.cancel_hours} hours before or sooner, and you are refunded.`}
    </Times>
  );
}
