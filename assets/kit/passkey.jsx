// A button for one passkey: asks the portal for a challenge, lets the device sign it, sends it back.
// The device's own dialog does the talking in between.
import { useEffect, useState } from "react";
import { forgetTab } from "./drafts.js";
import { post } from "./post.js";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const keys = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

/** Let the device make a passkey; what it answers, as JSON. */
async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: keys(options.excludeCredentials),
    },
  });
  return json(made, {
    attestationObject: toText(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

/** Let the device sign with a passkey; what it answers, as JSON. */
async function use(options) {
  const used = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: keys(options.allowCredentials),
    },
  });
  return json(used, {
    authenticatorData: toText(used.response.authenticatorData),
    signature: toText(used.response.signature),
    userHandle: used.response.userHandle ? toText(used.response.userHandle) : null,
  });
}

const json = (credential, response) => ({
  id: credential.id,
  rawId: credential.id,
  type: credential.type,
  response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
});

const WHY = { InvalidStateError: "known", SecurityError: "elsewhere" };

export function PasskeyButton({ adding, begin, finish, fixed, texts, label, className, onDone }) {
  const [able, setAble] = useState(null); // nobody knows while the page is being built
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => setAble("PublicKeyCredential" in window), []);

  async function press() {
    if (busy) return;
    setBusy(true);
    setProblem("");
    const text = await run();
    if (text === null) return; // the next page is on its way
    setBusy(false);
    setProblem(text);
  }

  /** Do it; return what went wrong, "" for nothing, null when the browser goes on to another page. */
  async function run() {
    const begun = await post(begin, {}, texts);
    if (!begun.ok) return begun.text;
    let credential;
    try {
      credential = await (adding ? make : use)(begun.answer.options);
    } catch (error) {
      return texts[WHY[error.name] ?? "stopped"];
    }
    const next = new URLSearchParams(window.location.search).get("next") ?? "";
    const data = adding ? { credential } : { credential, next, ...fixed };
    const done = await post(finish, data, texts);
    if (!done.ok) return done.text;
    if (adding) {
      onDone?.();
      return "";
    }
    forgetTab(); // somebody else may be signed in from now on
    window.location.assign(done.answer.next);
    return null;
  }

  if (able === false && !adding) return null;
  return (
    <>
      <div role="alert">
        {(problem || able === false) && (
          <p className="alert alert-soft alert-error mb-3">{problem || texts.unable}</p>
        )}
      </div>
      <button
        type="button"
        className={className}
        disabled={!able}
        data-waking={able === null ? "" : undefined}
        aria-disabled={busy || undefined}
        aria-busy={busy || undefined}
        onClick={press}
      >
        {busy && <span className="spinner" aria-hidden="true" />}
        {label}
      </button>
      <span className="sr-only" role="status">
        {busy ? texts.waiting : ""}
      </span>
    </>
  );
}
