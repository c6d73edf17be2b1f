/** @jsxImportSource preact */
/** The members' chat: live by the account's topic, so that nothing is lost while the page sleeps. */
import type { Session } from "@supabase/supabase-js";
import { useEffect, useRef, useState } from "preact/hooks";
import { follow } from "../api/account.ts";
import {
  type Conversation,
  hasAccess,
  MESSAGES_AT_ONCE,
  type Message,
  markConversationRead,
  messagesOf,
  myConversations,
  type Offer,
  offers,
  sendMessage,
} from "../api/chat.ts";
import { config } from "../api/config.ts";
import type { Refusal } from "../api/refusal.ts";
import { at } from "../app/router.ts";
import { dayAndTime } from "../app/words.ts";
import { Away, Heading, Problem, useLoaded, Waiting } from "../ui/parts.tsx";
import { SignedIn } from "./signed_in.tsx";

type User = Session["user"];

/** Who is so near to the end of the page sees what is new. */
const NEAR_PX = 500;

/** `wanted`: the id of a conversation, from a link in a message. */
export function ChatPage({ wanted }: { wanted: string | null }) {
  return <SignedIn>{({ user }) => <Chats user={user} wanted={wanted} />}</SignedIn>;
}

function Chats({ user, wanted }: { user: User; wanted: string | null }) {
  const chats = useLoaded(() => myConversations(user.id));
  const { value } = chats;
  const shown =
    value?.find(({ id }) => id === wanted) ?? value?.find(({ status }) => status !== "closed") ?? value?.[0];
  const [turn, setTurn] = useState(0);
  useEffect(
    () =>
      follow(user.id, (change) => {
        // Without a change: the page begins to follow, or could not for long. What was missed is read.
        if (!change || change.table === "conversation_messages") setTurn((count) => count + 1);
        if (!change || change.table === "conversations") chats.again();
      }),
    [user.id],
  );
  const away = chats.error && <Away again={chats.again} />;
  if (!value) return away || <Waiting />;
  if (!shown)
    return (
      <>
        <NoChat user={user} />
        {away}
      </>
    );
  return (
    <>
      <Heading title="Chat">Chat: {shown.name}</Heading>
      {away}
      {value.length > 1 && (
        <nav class="row" aria-label="Chats">
          {value.map(({ id, name, unread }) => (
            <a key={id} href={at(`chat?conversation=${id}`)} aria-current={id === shown.id ? "page" : undefined}>
              {name}
              {unread > 0 && id !== shown.id && ` (${unread} new)`}
            </a>
          ))}
        </nav>
      )}
      <p>{wordsOfStatus(shown)}</p>
      {shown.status === "closed" && <HowToJoin user={user} />}
      <Talk key={shown.id} conversation={shown} turn={turn} />
    </>
  );
}

const PROVIDERS: Record<string, string> = { whop: "Whop", stripe: "card" };
const nameOf = (provider: string) => PROVIDERS[provider] ?? provider;

function wordsOfStatus({ status, provider }: Conversation): string {
  switch (status) {
    case "internal":
      return "We read what you write here, and answer here.";
    case "replied":
    case "handing_over":
      return "Thank you for your reply. We go on here: what you write, we read.";
    case "closed":
      return "Your membership has ended, so nothing can be written any more. What was said stays here to read.";
    case "welcoming":
    case "second_way":
      return `Our welcome is on its way to you at ${nameOf(provider)}. You can write to us here, too.`;
    case "waiting":
      return `We wrote to you at ${nameOf(provider)}. Answer there or here; once you do, we go on here.`;
  }
}

/** `turn`: when it changes, there is something new to read. */
function Talk({ conversation, turn }: { conversation: Conversation; turn: number }) {
  const { id, status, member_read_at } = conversation;
  const [messages, setMessages] = useState<Message[]>();
  const [hasEarlier, setEarlier] = useState(false);
  const [failed, setFailed] = useState(false);
  // Where reading had ended when the page was opened: later, all of it is read.
  const [readUntil] = useState(member_read_at ?? "");
  const marked = useRef(member_read_at ?? "");
  const known = useRef(new Map<string, Message>());

  function add(found: Message[]): void {
    for (const message of found) if (message.conversation_id === id) known.current.set(message.id, message);
    // As Postgres writes them, later times sort after earlier ones.
    const order = ({ sent_at, id }: Message) => sent_at + id;
    setMessages([...known.current.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)));
  }

  /** @returns whether it could be read. */
  async function read(): Promise<boolean> {
    try {
      const found = await messagesOf(id);
      if (known.current.size === 0) setEarlier(found.length === MESSAGES_AT_ONCE);
      // More were missed than are read at once: what lies between is not known, so it begins anew.
      else if (found.length === MESSAGES_AT_ONCE && !found.some((one) => known.current.has(one.id))) {
        known.current.clear();
        setEarlier(true);
      }
      add(found);
      setFailed(false);
      return true;
    } catch {
      setFailed(true);
      return false;
    }
  }

  async function readEarlier(): Promise<void> {
    try {
      const found = await messagesOf(id, messages![0]!.sent_at);
      setEarlier(found.length === MESSAGES_AT_ONCE);
      add(found);
    } catch {
      setFailed(true);
    }
  }

  useEffect(() => void read(), [turn]);
  const newest = messages?.at(-1);
  const isOpened = useRef(false);
  useEffect(() => {
    const { scrollHeight } = document.documentElement;
    // Whoever has scrolled up to read is left there.
    if (newest && (!isOpened.current || innerHeight + scrollY > scrollHeight - NEAR_PX)) scrollTo(0, scrollHeight);
    isOpened.current ||= newest !== undefined;
  }, [newest?.id]);

  const unread = messages?.findLast(({ sender, sent_at }) => sender !== "member" && sent_at > marked.current);
  useEffect(() => {
    const mark = () => {
      if (!unread || document.visibilityState !== "visible") return;
      marked.current = unread.sent_at;
      markConversationRead(id, unread.sent_at).catch(() => {});
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [unread?.id]);

  if (!messages) return failed ? <Away again={() => void read()} /> : <Waiting />;
  const firstNew = messages.find(({ sender, sent_at }) => sender !== "member" && sent_at > readUntil);
  return (
    <>
      {failed && <Away again={() => void read()} />}
      {hasEarlier && (
        <button type="button" class="quiet wide" onClick={() => void readEarlier()}>
          Show earlier messages
        </button>
      )}
      {messages.length === 0 && <p>Nothing has been said yet.</p>}
      <ol class="talk" aria-label="Messages" aria-live="polite">
        {messages.map((message) => (
          <MessageItem key={message.id} message={message} isFirstNew={message === firstNew} />
        ))}
      </ol>
      {status !== "closed" && <Write conversation={id} read={read} known={known.current} />}
    </>
  );
}

function MessageItem({ message, isFirstNew }: { message: Message; isFirstNew: boolean }) {
  const { sender, key, way, body, sent_at } = message;
  return (
    <li class={sender === "member" ? "mine" : undefined}>
      <p class="detail row">
        {isFirstNew && <span class="tag few">New</span>}
        <strong>{sender === "member" ? "You" : "Signal Street"}</strong>
        <span>{dayAndTime(sent_at)}</span>
        {key?.startsWith("reminder_") && <span class="tag">Reminder</span>}
        {way !== "app" && <span class="tag">at Whop</span>}
      </p>
      <p class="text">{withLinks(body)}</p>
    </li>
  );
}

/** What looks like an address can be opened. */
function withLinks(text: string) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <a key={`${i}`} href={part} rel="noreferrer nofollow" target="_blank">
        {part}
      </a>
    ),
  );
}

function Write(write: { conversation: string; read(): Promise<boolean>; known: Map<string, Message> }) {
  const { conversation, read, known } = write;
  const [body, setBody] = useState("");
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  // A text whose answer was lost, and what was known before it was sent first: it may have arrived.
  const [unsure, setUnsure] = useState<{ body: string; before: Set<string> } | null>(null);

  const hasArrived = (one: { body: string; before: Set<string> }) =>
    [...known.values()].some(
      (message) => !one.before.has(message.id) && message.sender === "member" && message.body === one.body,
    );

  function isSent(): void {
    setBody("");
    setUnsure(null);
    setProblem(null);
  }

  const isFound = !isBusy && unsure !== null && hasArrived(unsure);
  useEffect(() => {
    if (!isFound) return;
    // Found by a later read. What was typed meanwhile is another message.
    const typed = unsure?.body === body ? "" : body;
    isSent();
    setBody(typed);
  }, [isFound]);

  async function send(event: Event) {
    event.preventDefault();
    if (isBusy || body.trim() === "") return;
    setBusy(true);
    setProblem(null);
    const one = unsure?.body === body ? unsure : { body, before: new Set(known.keys()) };
    // Sent again only where it is known that it has not arrived.
    const isKnown = one !== unsure || (await read());
    let failed = isKnown ? null : problem;
    if (isKnown && !hasArrived(one)) {
      failed = await sendMessage(conversation, body).then(
        () => null,
        (refusal: Refusal) => refusal,
      );
      await read();
    }
    if (!failed || hasArrived(one)) isSent();
    else {
      setUnsure(failed.code === "away" ? one : null);
      setProblem(failed);
    }
    setBusy(false);
  }

  return (
    <form class="write" onSubmit={send}>
      <label>
        Your message
        <textarea
          name="body"
          rows={3}
          required
          maxLength={20_000}
          value={body}
          onInput={(event) => setBody(event.currentTarget.value)}
        />
      </label>
      {problem && (
        <Problem>
          <p data-code={problem.code}>{problem.message}</p>
          <p>
            {problem.code === "away"
              ? "We do not know whether your message has arrived. Send it again: it arrives only once."
              : "Your message was not sent. It still stands above."}
          </p>
        </Problem>
      )}
      <button type="submit" disabled={isBusy}>
        Send
      </button>
    </form>
  );
}

/** A member without a conversation, or no member. */
function NoChat({ user }: { user: User }) {
  const { value: isMember, error, again } = useLoaded(hasAccess);
  if (error) return <Away again={again} />;
  if (isMember === undefined) return <Waiting />;
  if (isMember) {
    return (
      <>
        <Heading title="Chat">Your chat is not open yet</Heading>
        <p>
          You are a member. Your chat opens when a membership begins, and when it is renewed: this page shows it then.
        </p>
      </>
    );
  }
  return (
    <>
      <Heading title="Chat">The chat is for members</Heading>
      <p>Members talk with us here, as long as their membership lasts.</p>
      <HowToJoin user={user} />
    </>
  );
}

function wordsOfOffer({ name, providers }: Offer): string {
  return `${name} (${providers.map((one) => (one === "stripe" ? "by card" : `at ${nameOf(one)}`)).join(", or ")})`;
}

function HowToJoin({ user }: { user: User }) {
  const { value } = useLoaded(offers);
  const { membership_url, local } = config();
  return (
    <section class="panel" aria-labelledby="join">
      <h2 id="join">Become a member</h2>
      {value && value.length > 0 && (
        <ul class="listed">
          {value.map((offer) => (
            <li key={offer.name}>{wordsOfOffer(offer)}</li>
          ))}
        </ul>
      )}
      <p>
        Join with the e-mail address of this account, <strong>{user.email}</strong>. The chat then opens here by itself.
        If you have joined with another address, sign in with that one.
      </p>
      {membership_url && (
        <p>
          <a class="button" href={membership_url} rel="noreferrer" target="_blank">
            Join
          </a>
        </p>
      )}
      {local && (
        <p class="notice">
          This shop runs on your machine, where no membership is sold. This command makes you a member:{" "}
          <code>npm run send -- whop membership.activated --set data.user.email={user.email}</code>
        </p>
      )}
    </section>
  );
}
