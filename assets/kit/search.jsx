// A search that answers while somebody types. What is typed stays in the field, whatever answers
// come and in whatever order; arrow keys lead to what was found and back.
import { useEffect, useRef } from "react";

const PAUSE_MS = 140;

export function Search({ fieldId, label, hint, typed, searched, said, auto, onSearch, children }) {
  const box = useRef(null);
  const field = useRef(null);
  const timer = useRef(null);
  const asked = useRef(typed || "");
  /** Enter was pressed before the answer to what is typed was there. */
  const goes = useRef(false);

  const found = () => [...box.current.querySelectorAll("[data-found] a, [data-found] button")];

  function ask() {
    clearTimeout(timer.current);
    const text = field.current.value.trim();
    if (text === asked.current) return;
    asked.current = text;
    onSearch?.(text);
  }

  useEffect(() => {
    if (auto) requestAnimationFrame(() => field.current?.focus({ preventScroll: true }));
    ask(); // what was typed before the page was alive, or before Back
    return () => clearTimeout(timer.current);
  }, []);

  useEffect(() => {
    if (!goes.current || searched !== asked.current) return;
    goes.current = false;
    found()[0]?.focus();
  }, [searched]);

  function changed() {
    goes.current = false;
    clearTimeout(timer.current);
    timer.current = setTimeout(ask, PAUSE_MS);
  }

  function keyed(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = found();
    const at = all.indexOf(document.activeElement);
    const inField = document.activeElement === field.current;
    if (!inField && at < 0) return;
    let to = null;
    if (event.key === "ArrowDown") to = all[at + 1];
    else if (event.key === "ArrowUp" && !inField) to = all[at - 1] ?? field.current;
    else if (event.key === "Home" && !inField) to = all[0];
    else if (event.key === "End" && !inField) to = all.at(-1);
    else if (event.key === "Escape" && !inField) to = field.current;
    else if (event.key === "Enter" && inField) {
      event.preventDefault();
      ask();
      if (searched === asked.current) to = all[0];
      else goes.current = true;
    }
    if (!to) return;
    event.preventDefault();
    to.focus();
  }

  return (
    <div ref={box} onKeyDown={keyed}>
      <search className="grid max-w-read gap-1.5">
        <label className="font-bold" htmlFor={fieldId}>
          {label}
        </label>
        <p id={`${fieldId}-hint`} className="text-sm text-muted">
          {hint}
        </p>
        <input
          ref={field}
          id={fieldId}
          className="input"
          type="search"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          defaultValue={typed}
          aria-describedby={`${fieldId}-hint`}
          onInput={changed}
        />
      </search>
      <p role="status" className="mt-3 text-sm text-muted">
        {said}
      </p>
      <div data-found="">{children}</div>
    </div>
  );
}
