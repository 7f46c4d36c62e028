// The one form of the portal: sends what was typed, marks what has to be fixed, loses nothing.
// Every sentence comes in as a prop from portal/shell/form.py.
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useSending } from "./connection.js";
import { forgetDraft, forgetTab, loadDraft, saveDraft } from "./drafts.js";
import { collect, createStore, valueOf } from "./store.js";
import { Summary, inPageOrder, withoutBlock } from "./summary.jsx";

export const FormContext = createContext(null);
/** What stands before the names of the controls of one repeated block, such as "family.3.". */
export const PrefixContext = createContext("");

const SLOW_MS = 400;
const SAVE_MS = 300;
const POST_LIMIT_MS = 30000;
const EVENT_LIMIT_MS = 15000;

const freshKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

const isOwnPath = (next) => typeof next === "string" && /^\/(?![/\\])/.test(next);

/** A draft belongs to one person; another one gets an untouched form. An owner unknown for a moment is the one before. */
export function Form(props) {
  const owner = useRef(props.draftOwner || "");
  const turn = useRef(0);
  if (props.draftOwner && props.draftOwner !== owner.current) {
    if (owner.current) turn.current += 1;
    owner.current = props.draftOwner;
  }
  return <OneForm key={turn.current} {...props} draftOwner={owner.current} />;
}

function OneForm({
  formName,
  action,
  onAnswer,
  onSubmit,
  answered,
  errors: answeredErrors,
  message: answeredMessage,
  draft,
  draftOwner,
  reset,
  carry,
  fixed,
  texts,
  className,
  children,
}) {
  const formRef = useRef(null);
  const summaryRef = useRef(null);
  const [store] = useState(createStore);
  const [ready, setReady] = useState(false);
  const [busy, setBusy] = useState(false);
  const [slow, setSlow] = useState(false);
  const [errors, setErrors] = useState({});
  const [summary, setSummary] = useState(null);
  const [restored, setRestored] = useState(false);
  // What must be right at once, not at the next render: a double tap comes within one frame.
  const live = useRef({ busy: false, key: null, timer: null, saving: null });
  const sending = useSending();
  const draftName = draft && draftOwner ? draft : null;

  useEffect(() => {
    setReady(true);
    const back = (event) => {
      if (event.persisted) settle();
    };
    window.addEventListener("pageshow", back);
    return () => {
      window.removeEventListener("pageshow", back);
      clearTimeout(live.current.timer);
    };
  }, []);

  useEffect(() => {
    if (!draftName) return undefined;
    const save = () => saveDraft(draftName, draftOwner, store.numbered());
    live.current.save = save;
    const flush = () => {
      if (!live.current.saving) return;
      clearTimeout(live.current.saving);
      live.current.saving = null;
      save();
    };
    const kept = loadDraft(draftName, draftOwner);
    if (kept && store.restore(kept)) setRestored(true);
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
      // The page went away after the form was sent and before an answer was shown: it was taken.
      if (live.current.busy) forgetDraft(draftName, draftOwner);
    };
  }, [draftName, draftOwner, store]);

  // An answer to an event handler: the key of our own try, or a counter that went up. One that
  // went down belongs to a server that has forgotten us, which is no answer.
  const lastAnswer = useRef(answered);
  useEffect(() => {
    const before = lastAnswer.current;
    lastAnswer.current = answered;
    if (before === answered || !live.current.busy) return;
    const ours =
      typeof answered === "string"
        ? answered.split(":")[0] === live.current.key
        : answered > before;
    if (!ours) return;
    if (hasErrors(answeredErrors) || answeredMessage) refuse(answeredErrors, answeredMessage);
    else accept();
  }, [answered]);

  useEffect(() => {
    if (summary) summaryRef.current?.focus();
  }, [summary]);

  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [busy]);

  function settle() {
    live.current.busy = false;
    clearTimeout(live.current.timer);
    sending.answered();
    setBusy(false);
  }

  /** The server said no and changed nothing: the next try is a new one. */
  function refuse(found, text) {
    settle();
    live.current.key = null;
    const list = inPageOrder(formRef.current, found ?? {}, store);
    setErrors(Object.fromEntries(list.map((item) => [item.path, item.text])));
    setSummary({ list, text: text || found?.[""] || "" });
  }

  /** Nobody knows whether it arrived: the next try carries the same key. */
  function unanswered(text) {
    settle();
    setSummary({ list: [], text, calm: true });
  }

  function accept() {
    settle();
    live.current.key = null;
    setErrors({});
    setSummary(null);
    setRestored(false);
    dropDraft();
    if (reset) {
      formRef.current.reset();
      store.clear();
    }
  }

  function dropDraft() {
    clearTimeout(live.current.saving);
    live.current.saving = null;
    if (draftName) forgetDraft(draftName, draftOwner);
  }

  async function post(data) {
    let response;
    try {
      response = await fetch(action, {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/json" },
        body: JSON.stringify(data),
        signal: AbortSignal.timeout(POST_LIMIT_MS),
      });
    } catch {
      return unanswered(texts.offline);
    }
    const answer = await response.json().catch(() => ({}));
    if (response.ok && onAnswer) {
      accept();
      return onAnswer(answer);
    }
    if (response.ok && isOwnPath(answer.next)) {
      dropDraft();
      forgetTab(); // somebody else may be signed in from now on
      window.location.assign(answer.next); // stays busy until the next page is here
      return undefined;
    }
    if (response.status === 422) return refuse(answer.errors, answer.message);
    if (response.status === 429) return refuse({}, answer.message || texts.tooMany);
    if (response.status >= 400 && response.status < 500) {
      return refuse({}, answer.message || texts.refused);
    }
    return unanswered(answer.message || texts.failed);
  }

  function submit(event) {
    event.preventDefault();
    event.stopPropagation();
    if (live.current.busy) return;
    live.current.busy = true;
    live.current.key ??= freshKey();
    setBusy(true);
    const data = { ...carried(carry), ...fixed, ...collect(formRef.current, store), request_key: live.current.key };
    if (action) {
      post(data);
      return;
    }
    live.current.timer = setTimeout(() => unanswered(texts.slow), EVENT_LIMIT_MS);
    sending.send(() => onSubmit?.(data));
  }

  function keep() {
    if (!draftName) return;
    clearTimeout(live.current.saving);
    live.current.saving = setTimeout(() => {
      live.current.saving = null;
      live.current.save();
    }, SAVE_MS);
  }

  function edited(event) {
    const node = event.target;
    const path = node.closest("[data-field]")?.dataset.field;
    if (path) setErrors((now) => (path in now ? without(now, path) : now));
    if (!node.name || node.dataset.secret !== undefined) return;
    store.put(node.name, valueOf(node));
    keep();
  }

  const context = useMemo(
    () => ({
      formName,
      store,
      errors,
      texts,
      busy,
      ready,
      keep,
      formRef,
      forgetErrors(prefix) {
        setErrors((now) =>
          Object.fromEntries(Object.entries(now).filter(([path]) => !path.startsWith(prefix))),
        );
        setSummary((now) => now && withoutBlock(now, prefix));
      },
    }),
    [formName, store, errors, texts, busy, ready, draftName, draftOwner],
  );

  return (
    <FormContext.Provider value={context}>
      <Summary summary={summary} texts={texts} formRef={formRef} summaryRef={summaryRef} />
      <form
        ref={formRef}
        id={formName}
        className={className}
        method="post"
        action={action || undefined}
        noValidate
        aria-busy={busy || undefined}
        onSubmit={submit}
        onInput={edited}
      >
        {restored && (
          <p className="text-sm text-muted" role="status">
            {texts.restored}
          </p>
        )}
        {children}
        <p className="sr-only" role="status">
          {slow ? texts.busy : ""}
        </p>
      </form>
    </FormContext.Provider>
  );
}

/** What a form takes from the page's address: a link's secret stays out of fields and drafts. */
const carried = (names) => {
  const query = new URLSearchParams(window.location.search);
  return Object.fromEntries((names ?? []).map((name) => [name, query.get(name) ?? ""]));
};

const hasErrors = (errors) => Object.keys(errors ?? {}).length > 0;

const without = (errors, path) => {
  const rest = { ...errors };
  delete rest[path];
  return rest;
};

/** The submit button; at rest until the page is alive, so that nothing is ever sent half-wired. */
export function Submit({ label, className, describedBy }) {
  const { busy, ready } = useContext(FormContext);
  return (
    <button
      type="submit"
      className={className}
      disabled={!ready}
      data-waking={ready ? undefined : ""}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      aria-describedby={describedBy}
    >
      {busy && <span className="spinner" aria-hidden="true" />}
      {label}
    </button>
  );
}
