/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import { freeTimes, type Product, products } from "../api/catalogue.ts";
import { addToCart } from "../app/cart.ts";
import { at, go } from "../app/router.ts";
import { day, dayAndTime, money, time } from "../app/words.ts";
import { Away, Heading, useLoaded, Waiting } from "../ui/parts.tsx";
import { Picture } from "../ui/picture.tsx";
import { Availability } from "./shop.tsx";

const DAYS_AT_ONCE = 7;
const A_DAY_MS = 86_400_000;

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
          {product.kind === "tutoring_session" ? <Times product={product} /> : <Add product={product} />}
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

/** The tutor's free times, a week at once, in the buyer's own time zone. */
function Times({ product }: { product: Product }) {
  const [week, setWeek] = useState(0);
  const [chosen, choose] = useState("");
  const from = new Date(Date.now() + week * DAYS_AT_ONCE * A_DAY_MS);
  const to = new Date(from.getTime() + DAYS_AT_ONCE * A_DAY_MS);
  const { value, error, again } = useLoaded(() => freeTimes(product.sku, from, to), String(week));
  const days = new Map<string, string[]>();
  for (const { starts_at } of value ?? []) days.set(day(starts_at), [...(days.get(day(starts_at)) ?? []), starts_at]);
  const turn = (by: number) => {
    setWeek(week + by);
    choose("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        addToCart({ sku: product.sku, quantity: 1, starts_at: chosen }, 1);
        go("cart");
      }}
    >
      <div class="row weeks">
        <h2>When?</h2>
        <button type="button" class="quiet" disabled={week === 0} onClick={() => turn(-1)}>
          Sooner
        </button>
        <button type="button" class="quiet" onClick={() => turn(1)}>
          Later
        </button>
      </div>
      {error && <Away again={again} />}
      {!value && !error && <Waiting />}
      {value?.length === 0 && <p>Nothing is free in these days. Please look later.</p>}
      {[...days].map(([name, times]) => (
        <fieldset key={name} class="times">
          <legend>{name}</legend>
          {times.map((starts_at) => (
            <label key={starts_at} class="time">
              <input
                type="radio"
                name="starts_at"
                required
                value={starts_at}
                checked={chosen === starts_at}
                onChange={() => choose(starts_at)}
              />
              {time(starts_at)}
            </label>
          ))}
        </fieldset>
      ))}
      <p class="detail">
        Times are in your time zone, {Intl.DateTimeFormat().resolvedOptions().timeZone}.
        {product.tutors && ` Cancel ${product.tutors.cancel_hours} hours before or sooner, and you are refunded.`}
      </p>
      <button type="submit">{chosen ? `Book ${dayAndTime(chosen)}` : "Book"}</button>
    </form>
  );
}
