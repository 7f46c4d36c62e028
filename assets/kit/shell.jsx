// Small parts of the page frame that need the browser: focus after a page change, the thin bar,
// the offline line, menus that close, buttons that show they were pressed, signing out.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { noteConnection, sendAgain, useSending } from "./connection.js";
import { forgetTab } from "./drafts.js";
import { NoSignalIcon } from "./icons.jsx";

const SLOW_MS = 400;
const GIVE_UP_MS = 15000;
const HEADING_WAIT_MS = 5000;
/** When a page has not begun to load by then, Reflex does not load it: it had done so already. */
const NO_LOAD_MS = 1000;

/** True once `on` has lasted for some time. */
function useAfter(on, milliseconds) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) return undefined;
    const timer = setTimeout(() => setLate(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [on, milliseconds]);
  return on && late;
}

/** Path shown last; nothing before the first page, whose focus is the browser's business. */
let lastPath = null;

/** After a change of page inside the portal, read on from the new page's heading. */
export function FocusTitle() {
  const { pathname } = useLocation();
  useEffect(() => {
    const changed = lastPath !== null && lastPath !== pathname;
    lastPath = pathname;
    if (!changed) return undefined;
    const go = () => {
      const heading = document.querySelector("main h1");
      heading?.focus({ preventScroll: true });
      return Boolean(heading);
    };
    if (go()) return undefined;
    const watch = new MutationObserver(() => {
      if (document.activeElement !== document.body || go()) watch.disconnect();
    });
    watch.observe(document.body, { childList: true, subtree: true });
    const timer = setTimeout(() => watch.disconnect(), HEADING_WAIT_MS);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
    };
  }, [pathname]);
  return null;
}

/**
 * What was loaded for this very address, and since the person came to it; of another address, or of
 * a visit before, nothing is shown, not even for a moment: it could be pressed.
 */
export function Fresh({ address, ready, skeleton, children }) {
  const { key, pathname, search, hash } = useLocation();
  const there = pathname.replace(/\/+$/, "") + search;
  // A link inside the page begins no new visit, and neither does a connection that is back.
  const visit = useRef({ there, key });
  if (!hash || visit.current.there !== there) visit.current = { there, key };
  const current = visit.current.key;
  const loading = useRef(null);
  const [loaded, setLoaded] = useState(null);
  useEffect(() => {
    if (!ready) loading.current = current;
    else if (loading.current === current) setLoaded(current);
    if (!ready || loading.current === current) return undefined;
    const timer = setTimeout(() => setLoaded(current), NO_LOAD_MS);
    return () => clearTimeout(timer);
  }, [ready, current]);
  // Nothing is loaded yet, also while the page is being built: the content itself says so.
  if (!address || (address === there && loaded === current)) return children;
  if (!skeleton) return null;
  return (
    <div className="mt-6 grid gap-4" aria-hidden="true">
      <div className="skeleton h-24 w-full" />
      <div className="skeleton h-24 w-full" />
    </div>
  );
}

/** The first of two contents where the address has `?said=…` with this value, else the second. */
export function IfSaid({ value, children }) {
  const { search } = useLocation();
  const [said, setSaid] = useState(false); // the page was built without a query
  useEffect(() => setSaid(new URLSearchParams(search).get("said") === value), [search, value]);
  return children[said ? 0 : 1];
}

/** A thin bar at the top while a page waits for its content for longer than a moment. */
export function Progress({ waiting, label }) {
  const shown = useAfter(Boolean(waiting), SLOW_MS);
  return (
    <div role="status" className="progress-line" data-on={shown || undefined}>
      {shown && <span className="sr-only">{label}</span>}
    </div>
  );
}

/** One quiet line while there is no connection, and one moment of "back" afterwards. */
export function Offline({ broken, connection, lost, lostDetail, back }) {
  const [offline, setOffline] = useState(false);
  const [returned, setReturned] = useState(false);
  const away = Boolean(broken) || offline;
  const was = useRef(false);
  useEffect(() => {
    const update = () => setOffline(!navigator.onLine);
    update();
    window.addEventListener("online", update);
    window.addEventListener("offline", update);
    return () => {
      window.removeEventListener("online", update);
      window.removeEventListener("offline", update);
    };
  }, []);
  useEffect(() => {
    if (was.current && !away) setReturned(true);
    was.current = away;
    noteConnection(away);
    if (away) setReturned(false);
    const timer = setTimeout(() => setReturned(false), 4000);
    return () => clearTimeout(timer);
  }, [away]);
  const connected = useRef(connection);
  useEffect(() => {
    if (connected.current && connection && connected.current !== connection) sendAgain();
    connected.current = connection || connected.current;
  }, [connection]);
  return (
    <div role="status" className="sticky top-0 z-40" id="connection">
      {away && (
        <div className="border-b border-warning bg-base-100">
          <p className="mx-auto flex max-w-page items-center gap-3 px-4 py-2.5 sm:px-6">
            <NoSignalIcon className="size-5 shrink-0 text-warning" />
            <span>
              <strong>{lost}</strong> {lostDetail}
            </span>
          </p>
        </div>
      )}
      {returned && <p className="sr-only">{back}</p>}
    </div>
  );
}

/** A details menu that closes on Escape, on a click elsewhere and after a choice. */
export function Menu({ className, children }) {
  const box = useRef(null);
  useEffect(() => {
    const close = (back) => {
      if (!box.current?.open) return;
      box.current.open = false;
      if (back) box.current.querySelector("summary")?.focus();
    };
    const pressed = (event) => event.key === "Escape" && close(box.current?.contains(document.activeElement));
    const clicked = (event) => {
      const inside = box.current?.contains(event.target);
      if (!inside || event.target.closest("a")) close(false);
    };
    document.addEventListener("keydown", pressed);
    document.addEventListener("click", clicked);
    return () => {
      document.removeEventListener("keydown", pressed);
      document.removeEventListener("click", clicked);
    };
  }, []);
  return (
    <details ref={box} className={className}>
      {children}
    </details>
  );
}

/** Sign out by a plain POST, and leave nothing of this person in the tab. */
export function SignOut({ action, className, children }) {
  return (
    <form method="post" action={action} onSubmit={forgetTab}>
      <button type="submit" className={className}>
        {children}
      </button>
    </form>
  );
}

/** A number that only goes up, or the text "<request key>:<number>". */
const countOf = (answered) => Number(String(answered ?? "").split(":").pop()) || 0;

/**
 * A button that shows at once that it was pressed, and ignores a second press until the answer.
 * With `checked` it is a switch, which shows at once where it is going.
 */
export function Press({ onPress, answered, className, id, label, describedBy, pressed, checked, waiting, children }) {
  const [busy, setBusy] = useState(false);
  const live = useRef(false);
  const before = useRef(answered);
  const sending = useSending();
  const slow = useAfter(busy, SLOW_MS);
  useEffect(() => {
    // One that went down belongs to a server that has forgotten us, which is no answer.
    const forgotten = countOf(answered) < countOf(before.current);
    before.current = answered;
    if (forgotten) return;
    live.current = false;
    sending.answered();
    setBusy(false);
  }, [answered]);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => {
      live.current = false;
      sending.answered();
      setBusy(false);
    }, GIVE_UP_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  const press = () => {
    if (live.current) return;
    live.current = true;
    setBusy(true);
    sending.send(() => onPress?.());
  };
  const on = checked === undefined ? undefined : Boolean(checked) !== busy;
  return (
    <>
      <button
        type="button"
        className={className}
        id={id}
        role={on === undefined ? undefined : "switch"}
        aria-checked={on}
        aria-label={label || undefined}
        aria-describedby={describedBy || undefined}
        aria-pressed={pressed === undefined ? undefined : Boolean(pressed)}
        aria-busy={busy || undefined}
        onClick={press}
      >
        {busy && on === undefined && <span className="spinner" aria-hidden="true" />}
        {children}
      </button>
      <span className="sr-only" role="status">
        {slow ? waiting : ""}
      </span>
    </>
  );
}
