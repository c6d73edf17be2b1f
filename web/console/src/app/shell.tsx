/** What surrounds every page: navigation, the one box, what is live, what has just happened. */
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { type FormEvent, Suspense, useCallback, useEffect, useState } from "react";
import { config } from "../api/config.ts";
import { signOut } from "../api/session.ts";
import type { HomeState, Me } from "../api/types.ts";
import { Icon } from "../ui/icons.tsx";
import { formatNumber } from "../ui/locale.ts";
import { Loading } from "../ui/parts.tsx";
import { useAnnouncement } from "./announce.ts";
import { DialogProvider, useDialogs } from "./dialogs.tsx";
import { useKeyboard } from "./keyboard.ts";
import { useLive, useSocket } from "./live.ts";
import { setPreferences, usePreferences } from "./preferences.ts";
import { useCall } from "./use_call.ts";

const NAVIGATION: [group: string, items: [path: string, name: string, icon: string][]][] = [
  [
    "",
    [
      ["/", "Home", "home"],
      ["/find", "Find", "find"],
      ["/charts", "Charts", "charts"],
    ],
  ],
  [
    "In",
    [
      ["/events", "Events", "events"],
      ["/rejections", "Rejections", "rejections"],
      ["/reconciliations", "Reconciliations", "reconciliations"],
    ],
  ],
  [
    "Out",
    [
      ["/messages", "Messages", "messages"],
      ["/deliveries", "Deliveries", "deliveries"],
      ["/destinations", "Destinations", "destinations"],
    ],
  ],
  [
    "Records",
    [
      ["/audit", "Audit", "audit"],
      ["/incidents", "Incidents", "incidents"],
      ["/decisions", "Decisions", "decisions"],
      ["/jobs", "Jobs", "jobs"],
      ["/retention", "Retention", "retention"],
    ],
  ],
  [
    "Do",
    [
      ["/commands", "Commands", "commands"],
      ["/settings", "Settings", "settings"],
    ],
  ],
];

const BREAK: [path: string, name: string, icon: string] = ["/break", "Break it", "break"];

export function Shell({ me }: { me: Me }) {
  return (
    <DialogProvider>
      <Frame me={me} />
    </DialogProvider>
  );
}

function Frame({ me }: { me: Me }) {
  const navigate = useNavigate();
  const { help } = useDialogs();
  const go = useCallback((path: string) => void navigate({ to: path }), [navigate]);
  useKeyboard({ go, help });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [menu, setMenu] = useState(false);

  useEffect(() => {
    setMenu(false);
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("main h1")?.focus();
  }, [path]);

  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <button
          type="button"
          className="quiet menu-button"
          aria-expanded={menu}
          aria-controls="navigation"
          aria-label="Menu"
          onClick={() => setMenu(!menu)}
        >
          <Icon name="menu" />
        </button>
        <Link to="/" className="brand">
          Signalbox
        </Link>
        <FindBox />
        <Live />
      </header>
      <nav id="navigation" className="side" data-open={menu || undefined} aria-label="Pages">
        {NAVIGATION.map(([group, items]) => (
          <div key={group} className="nav-group">
            {group && <p className="nav-title">{group}</p>}
            {[...items, ...(group === "Do" && config().breakable ? [BREAK] : [])].map(([to, name, icon]) => (
              <Link
                key={to}
                to={to}
                className="nav-link"
                activeProps={{ "aria-current": "page" }}
                activeOptions={{ exact: to === "/" }}
              >
                <Icon name={icon} />
                <span>{name}</span>
                {to === "/" && <Waiting />}
              </Link>
            ))}
          </div>
        ))}
        <div className="nav-group nav-foot">
          <p className="nav-me" title={me.email}>
            {me.name || me.email}
          </p>
          <div>
            <button type="button" className="quiet" onClick={() => void signOut()}>
              Sign out
            </button>
            <button type="button" className="quiet" onClick={help} aria-label="Keyboard shortcuts">
              <kbd>?</kbd>
            </button>
          </div>
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <Announcer />
    </div>
  );
}

/** How many things need a person. */
function Waiting() {
  const { data } = useCall<HomeState>("home");
  const urgent = data?.attention.some(({ severity }) => severity === "urgent");
  if (!data || data.attention.length === 0) return null;
  return (
    <span className="badge" data-urgent={urgent || undefined}>
      {formatNumber(data.attention.length)}
      <span className="for-readers"> need you</span>
    </span>
  );
}

function FindBox() {
  const navigate = useNavigate();
  const query = useRouterState({ select: ({ location }) => (location.search as { q?: string }).q ?? "" });
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  function find(event: FormEvent) {
    event.preventDefault();
    if (text.trim()) void navigate({ to: "/find", search: { q: text.trim() } });
  }
  return (
    <form className="find" role="search" onSubmit={find}>
      <Icon name="find" />
      <label className="for-readers" htmlFor="find">
        Find anything
      </label>
      <input
        id="find"
        type="search"
        placeholder="Id, e-mail, order, reference, amount …"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <kbd>/</kbd>
    </form>
  );
}

const LIVE_WORDS = {
  live: ["Live", "News is shown as it happens. Press to pause."],
  polling: ["Polling", "Realtime does not answer: it is tried again, and until then news is looked up every"],
  paused: ["Paused", "Nothing is looked up by itself. Press to go on."],
} as const;

function Live() {
  useSocket();
  const { paused, every } = usePreferences();
  const state = useLive();
  const [word, title] = LIVE_WORDS[state];
  return (
    <button
      type="button"
      className="quiet live"
      data-state={state}
      aria-pressed={paused}
      title={state === "polling" ? `${title} ${every} s.` : title}
      onClick={() => setPreferences({ paused: !paused })}
    >
      <Icon name={paused ? "play" : "pause"} />
      <span className="live-word">{word}</span>
    </button>
  );
}

function Announcer() {
  const found = useAnnouncement();
  return (
    <div className="announcer" role="status" aria-live="polite">
      {found && (
        <p key={found.id} data-tone={found.tone}>
          {found.text}
        </p>
      )}
    </div>
  );
}
