/** @jsxImportSource preact */
/** My page, or signing in. A chunk of its own: it brings supabase-js. */
import type { Session } from "@supabase/supabase-js";
import { useEffect, useState } from "preact/hooks";
import {
  follow,
  type MyThings,
  markRead,
  myThings,
  type Order,
  type Seat,
  session,
  signIn,
  signOut,
  signUp,
  type TutoringSession,
} from "../api/account.ts";
import { config } from "../api/config.ts";
import { keptFields } from "../app/purchase.ts";
import { at, go } from "../app/router.ts";
import { day, dayAndTime, money, time } from "../app/words.ts";
import { Away, Heading, Problem, useLoaded, Waiting } from "../ui/parts.tsx";

export function AccountPage() {
  const { value, error, again } = useLoaded(session);
  useEffect(() => {
    // A link in an e-mail brought tokens in the address, which supabase-js has read. The header is drawn anew.
    if (value) go("account", { replace: true });
  }, [value]);
  if (error) return <Away again={again} />;
  if (value === undefined) return <Waiting />;
  // Drawn anew by the router, so that the header knows too.
  const changed = () => {
    again();
    go("account", { replace: true });
  };
  return value ? <MyPage session={value} onOut={changed} /> : <SignIn onIn={changed} />;
}

function SignIn({ onIn }: { onIn(): void }) {
  // From a purchase, where there was no account.
  const [isNew, setNew] = useState(() => new URLSearchParams(location.search).has("new"));
  const [email, setEmail] = useState(() => keptFields().email ?? "");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isMailed, setMailed] = useState(false);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      if (isNew && (await signUp(email, password))) setMailed(true);
      else {
        if (!isNew) await signIn(email, password);
        onIn();
      }
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  }

  if (isMailed) {
    return (
      <>
        <Heading title="Confirm your address">Look into your e-mail</Heading>
        <p>We wrote to {email}. Open the link in it, and your account is ready.</p>
        {config().local && (
          <p class="notice">
            This shop runs on your machine, which sends no e-mail: the link is printed where <code>npm start</code>{" "}
            runs.
          </p>
        )}
        <button type="button" class="quiet" onClick={() => setMailed(false)}>
          Back
        </button>
      </>
    );
  }
  return (
    <>
      <Heading title={isNew ? "Make an account" : "Sign in"}>{isNew ? "Make an account" : "Sign in"}</Heading>
      <p>With the e-mail address that you bought with, you find your orders, courses and sessions here.</p>
      <form class="sign" onSubmit={submit}>
        <label>
          E-mail
          <input
            type="email"
            name="email"
            autocomplete="username"
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        <label>
          Password
          <input
            type="password"
            name="password"
            autocomplete={isNew ? "new-password" : "current-password"}
            required
            minLength={isNew ? 8 : 1}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        {problem && (
          <Problem>
            <p>{problem}</p>
          </Problem>
        )}
        <button type="submit" disabled={isBusy}>
          {isNew ? "Make an account" : "Sign in"}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            setNew(!isNew);
            setProblem(null);
          }}
        >
          {isNew ? "I have an account" : "I am new here"}
        </button>
      </form>
    </>
  );
}

function MyPage({ session: { user }, onOut }: { session: Session; onOut(): void }) {
  const { value, error, again } = useLoaded(() => myThings(user.id));
  useEffect(() => follow(user.id, again), [user.id]);
  return (
    <>
      <div class="row spread">
        <Heading title="My page">My page</Heading>
        <button type="button" class="quiet" onClick={() => signOut().then(onOut)}>
          Sign out
        </button>
      </div>
      <p class="detail">{user.email}</p>
      {error && !value && <Away again={again} />}
      {!value && !error && <Waiting />}
      {value && <Things things={value} again={again} />}
    </>
  );
}

function Things({ things, again }: { things: MyThings; again(): void }) {
  const { orders, seats, sessions, notifications, credits } = things;
  const unread = notifications.filter(({ read_at }) => read_at === null);
  if (orders.length + seats.length + sessions.length + notifications.length === 0) {
    return (
      <p>
        There is nothing here yet. <a href={at()}>Look around in the shop.</a>
      </p>
    );
  }
  return (
    <>
      {unread.length > 0 && (
        <section aria-label="News">
          {unread.map(({ id, title, body }) => (
            <div key={id} class="notice row spread">
              <p>
                <strong>{title}</strong> {body}
              </p>
              <button type="button" class="quiet" onClick={() => markRead(id).then(again)}>
                Read
              </button>
            </div>
          ))}
        </section>
      )}
      {sessions.length > 0 && (
        <section aria-labelledby="sessions">
          <h2 id="sessions">Sessions</h2>
          <ul class="things">
            {sessions.map((one) => (
              <SessionItem key={one.id} session={one} />
            ))}
          </ul>
        </section>
      )}
      {seats.length > 0 && (
        <section aria-labelledby="courses">
          <h2 id="courses">Courses</h2>
          <ul class="things">
            {seats.map((seat) => (
              <SeatItem key={seat.id} seat={seat} />
            ))}
          </ul>
        </section>
      )}
      {orders.length > 0 && (
        <section aria-labelledby="orders">
          <h2 id="orders">Orders</h2>
          <ul class="things">
            {orders.map((order) => (
              <OrderItem key={order.number} order={order} />
            ))}
          </ul>
        </section>
      )}
      {credits > 0 && <p>You have {credits} credits.</p>}
    </>
  );
}

function SessionItem({
  session: { title, status, starts_at, ends_at, meet_link, session_recaps },
}: {
  session: TutoringSession;
}) {
  return (
    <li>
      <div class="row spread">
        <strong>{title}</strong>
        <span class="tag">{status}</span>
      </div>
      <p class="detail">
        {dayAndTime(starts_at)} to {time(ends_at)}
      </p>
      {status === "scheduled" &&
        (meet_link ? (
          <p>
            <a class="button" href={meet_link} rel="noreferrer" target="_blank">
              Join on Google Meet
            </a>
          </p>
        ) : (
          <p class="detail">The link to meet appears here as soon as it is made.</p>
        ))}
      {session_recaps.map((recap) => (
        <details key={recap.title}>
          <summary>Recap: {recap.title}</summary>
          <p class="text">{recap.summary_markdown ?? "There is no summary."}</p>
          {recap.share_url && (
            <a href={recap.share_url} rel="noreferrer" target="_blank">
              Watch it
            </a>
          )}
        </details>
      ))}
    </li>
  );
}

function SeatItem({ seat: { status, cohorts } }: { seat: Seat }) {
  return (
    <li>
      <div class="row spread">
        <strong>{cohorts?.name ?? "A course"}</strong>
        <span class="tag">{status}</span>
      </div>
      {cohorts?.starts_at && <p class="detail">Begins {dayAndTime(cohorts.starts_at)}</p>}
    </li>
  );
}

function OrderItem({ order }: { order: Order }) {
  const parcels = [order.fulfillments].flat().filter(Boolean);
  return (
    <li>
      <div class="row spread">
        <strong>Order {order.number}</strong>
        <span class="tag">{order.status.replaceAll("_", " ")}</span>
      </div>
      <p class="detail">
        {day(order.created_at)}, {money(order.total_minor, order.currency)}
      </p>
      <ul class="plain">
        {order.order_items.map(({ name, quantity, starts_at }) => (
          <li key={name + starts_at}>
            {quantity} × {name}
            {starts_at && `, ${dayAndTime(starts_at)}`}
          </li>
        ))}
      </ul>
      {parcels.map(({ status, tracking_url }) => (
        <p key={status} class="detail">
          Parcel: {status}
          {tracking_url && (
            <>
              {", "}
              <a href={tracking_url} rel="noreferrer" target="_blank">
                where it is
              </a>
            </>
          )}
        </p>
      ))}
    </li>
  );
}
