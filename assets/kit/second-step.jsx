// Setting an app for sign-in codes up: the picture to scan, the first code, then the recovery codes.
// All of it comes from a plain route when it is shown and is kept nowhere.
import { useEffect, useRef, useState } from "react";
import { Field } from "./fields.jsx";
import { Form, Submit } from "./form.jsx";
import { post } from "./post.js";

export function SecondStep({ begin, action, signingIn, texts, formTexts, onDone }) {
  const [shown, setShown] = useState(null);
  const [problem, setProblem] = useState("");
  const asked = useRef(false);

  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    post(begin, { signing_in: Boolean(signingIn) }, texts).then((got) =>
      got.ok ? setShown(got.answer) : setProblem(got.text),
    );
  }, []);

  const leave = () => {
    if (shown.next) window.location.assign(shown.next);
    else onDone?.();
  };
  if (problem) {
    return (
      <p role="alert" className="alert alert-soft alert-error mt-5">
        {problem}
      </p>
    );
  }
  if (!shown) return <div role="status" className="skeleton mt-5 h-64 w-full" aria-label={texts.loading} />;
  if (shown.codes) return <Codes codes={shown.codes} texts={texts} onKept={leave} />;
  return (
    <>
      <p className="mt-3">{texts.scan}</p>
      <img src={shown.picture} alt={texts.picture} className="mt-4 size-56 rounded-box border border-base-300" />
      <p className="mt-4 text-sm text-muted">{texts.cannotScan}</p>
      <p className="font-bold wrap-anywhere" data-key="">
        {shown.key}
      </p>
      <Form
        formName="app"
        action={action}
        fixed={{ signing_in: Boolean(signingIn) }}
        carry={signingIn ? ["next"] : []}
        texts={formTexts}
        className="mt-5 grid gap-6"
        onAnswer={setShown}
      >
        <Field
          fieldName="code"
          label={texts.code}
          hint={texts.codeHint}
          required
          inputMode="numeric"
          autoComplete="one-time-code"
        />
        <div className="flex flex-wrap gap-3">
          <Submit label={texts.confirm} className="btn btn-primary w-full sm:w-auto sm:px-8" />
          {!signingIn && (
            <button type="button" className="btn w-full sm:w-auto" onClick={() => onDone?.()}>
              {texts.cancel}
            </button>
          )}
        </div>
      </Form>
    </>
  );
}

/** The recovery codes, once: to copy, to print, to go on from. */
function Codes({ codes, texts, onKept }) {
  const [copied, setCopied] = useState(false);
  const title = useRef(null);
  useEffect(() => title.current?.focus(), []);
  const copy = () => navigator.clipboard.writeText(codes.join("\n")).then(() => setCopied(true));
  return (
    <section aria-labelledby="recovery-codes">
      <h2 id="recovery-codes" ref={title} tabIndex={-1} data-focus-quiet="" className="mt-5 text-lg">
        {texts.codesTitle}
      </h2>
      <p className="mt-2">{texts.codesWhy}</p>
      <ol className="mt-4 grid gap-2 rounded-box border border-base-300 bg-base-100 p-4 sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code} className="font-bold">
            {code}
          </li>
        ))}
      </ol>
      <div className="mt-4 flex flex-wrap gap-3">
        <button type="button" className="btn" onClick={copy}>
          {texts.copy}
        </button>
        <button type="button" className="btn" onClick={() => window.print()}>
          {texts.print}
        </button>
        <button type="button" className="btn btn-primary" onClick={onKept}>
          {texts.kept}
        </button>
      </div>
      <p role="status" className="mt-2 text-sm text-muted">
        {copied ? texts.copied : ""}
      </p>
    </section>
  );
}
