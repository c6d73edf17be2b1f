/** @jsxImportSource preact */
/** My page, or signing in. A chunk of its own: it brings supabase-js. */
import type { Session } from "@supabase/supabase-js";
import { useEffect } from "preact/hooks";
import { follow, type MyThings, markRead, myThings, type Order, type Seat, signOut } from "../api/account.ts";
import type { Conversation } from "../api/chat.ts";
import type { TutoringSession } from "../api/sessions.ts";
import { creditsOf, outcomeOf } from "../app/refund_words.ts";
import { at } from "../app/router.ts";
import { day, dayAndTime, money, time } from "../app/words.ts";
import { MeetLink } from "../ui/meet_link.tsx";
import { Away, Heading, useLoaded, Waiting } from "../ui/parts.tsx";
import { SignedIn } from "./signed_in.tsx";

export function AccountPage() {
  return <SignedIn>{(session, onOut) => <MyPage session={session} onOut={onOut} />}</SignedIn>;
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
      {error && <Away again={again} />}
      {!value && !error && <Waiting />}
      {value && <Things things={value} again={again} />}
    </>
  );
}

function Things({ things, again }: { things: MyThings; again(): void }) {
  const { orders, seats, sessions, chats, notifications, credits } = things;
  const unread = notifications.filter(({ read_at }) => read_at === null);
  const chat = (
    <p class="detail">
      Members of our community talk with us in the <a href={at("chat")}>members’ chat</a>.
    </p>
  );
  if (orders.length + seats.length + sessions.length + chats.length + notifications.length + credits === 0) {
    return (
      <>
        <p>
          There is nothing here yet. <a href={at()}>Look around in the shop.</a>
        </p>
        {chat}
      </>
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
      {chats.length > 0 && (
        <section aria-labelledby="chats">
          <h2 id="chats">Chat</h2>
          <ul class="things">
            {chats.map((one) => (
              <ChatItem key={one.id} chat={one} />
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
      {credits > 0 && <p>You have {creditsOf(credits)}.</p>}
      {chats.length === 0 && chat}
    </>
  );
}

function SessionItem({ session }: { session: TutoringSession }) {
  const { id, title, status, starts_at, ends_at, price_credits, session_recaps, tutoring_session_changes } = session;
  const cancelled = tutoring_session_changes.find(({ kind }) => kind === "cancelled");
  return (
    <li>
      <div class="row spread">
        <strong>{title}</strong>
        <span class="row">
          {price_credits !== null && <span class="tag">{creditsOf(price_credits)}</span>}
          <span class="tag">{status}</span>
        </span>
      </div>
      <p class="detail">
        {dayAndTime(starts_at)} to {time(ends_at)}
      </p>
      <MeetLink session={session} />
      {status === "cancelled" && cancelled?.refund && (
        <p class="detail">{outcomeOf({ ...cancelled, refund: cancelled.refund })}</p>
      )}
      {status === "scheduled" && Date.parse(starts_at) > Date.now() && (
        <p>
          <a href={at(`session/${id}`)} aria-label={`Move or cancel ${title}, ${dayAndTime(starts_at)}`}>
            Move or cancel
          </a>
        </p>
      )}
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

function ChatItem({ chat: { id, name, status, unread } }: { chat: Conversation }) {
  return (
    <li>
      <div class="row spread">
        <a href={at(`chat?conversation=${id}`)}>
          <strong>Chat: {name}</strong>
        </a>
        {status === "closed" && <span class="tag">closed</span>}
      </div>
      <p class="detail">{unread > 0 ? `${unread} new ${unread === 1 ? "message" : "messages"}` : "Nothing new"}</p>
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
