// Parts of a form that decides about several things at once: rows that are on or off, a label that
// proposes its counterpart, and somebody who watches what would be saved.
import { useContext, useEffect, useRef } from "react";
import { useControl } from "./control.jsx";
import { FormContext } from "./form.jsx";
import { collect } from "./store.js";

const PAUSE_MS = 120;

/** A row that is on or off; all of it is the label. */
export function SwitchRow({ fieldName, label, hint, initial, inner }) {
  const { path, ref, id, hintId } = useControl(fieldName, initial);
  return (
    <li data-field={path}>
      <label
        className={`flex min-h-14 cursor-pointer items-center justify-between gap-4 py-2 pe-4 ${inner ? "ps-8" : "ps-4"}`}
      >
        <span className="leading-snug">
          {label}
          {hint && (
            <span id={hintId} className="block text-sm text-muted">
              {hint}
            </span>
          )}
        </span>
        <input
          ref={ref}
          id={id}
          name={path}
          className="toggle shrink-0"
          type="checkbox"
          role="switch"
          defaultChecked={initial === true}
        />
      </label>
    </li>
  );
}

/** Tell the server what is chosen, after each change and once at the beginning. */
export function Watch({ onWatch }) {
  const { formRef, store } = useContext(FormContext);
  const tell = useRef(onWatch);
  tell.current = onWatch;
  useEffect(() => {
    let timer;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => formRef.current && tell.current?.(collect(formRef.current, store)), PAUSE_MS);
    };
    const stop = store.subscribe(soon);
    soon();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [formRef, store]);
  return null;
}

/** Choosing one field proposes another, until somebody has chosen that one too. */
export function Propose({ chosen, into, pairs }) {
  const { store } = useContext(FormContext);
  const proposed = useRef(null);
  useEffect(() => {
    let before = store.get(chosen);
    return store.subscribe(() => {
      const now = store.get(chosen);
      if (now === before) return;
      before = now;
      const there = store.get(into);
      const free = !there || there === proposed.current || !store.isTouched(into);
      if (!free || !store.isTouched(chosen) || !pairs[now]) return;
      proposed.current = pairs[now];
      store.write({ [into]: pairs[now] });
    });
  }, [store, chosen, into, pairs]);
  return null;
}
