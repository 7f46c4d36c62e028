// A repeated group of fields, kept in the browser: it survives reconnects and a server that forgets.
import { useContext, useEffect, useRef, useState } from "react";
import { FormContext, PrefixContext } from "./form.jsx";
import { PlusIcon } from "./icons.jsx";
import { facesFor } from "./initials.js";
import { useStore } from "./store.js";

const PEOPLE_COLOURS = 8;
const REMOVED_LINE =
  "flex flex-wrap items-center justify-between gap-2 rounded-box border border-base-300 bg-base-100 p-2 ps-4";

const fill = (template, parts) => template.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? "");

/** The blocks, the button that adds one, and what was just taken off the list. */
export function Blocks({ blocksName, min = 1, max = 12, firstColour = 2, texts, children }) {
  const form = useContext(FormContext);
  const { store } = form;
  const [start] = useState(() => Array.from({ length: min }, (_, index) => String(index)));
  const keys = useStore(store, () => store.order(blocksName) ?? start, start);
  const [said, setSaid] = useState("");
  const [removed, setRemoved] = useState(null);
  const boxRef = useRef(null);
  const focusOn = useRef(null);

  useEffect(() => {
    if (!store.order(blocksName)) store.setOrder(blocksName, start);
  }, [store, blocksName, start, keys]);

  useEffect(() => {
    if (focusOn.current === null) return;
    const block = boxRef.current.querySelector(`[data-key="${focusOn.current}"]`);
    const target = block?.querySelector("input, select, textarea") ?? boxRef.current.querySelector("[data-add]");
    focusOn.current = null;
    target?.focus();
  }, [keys]);

  const nameOf = (key) =>
    ["first_name", "last_name"]
      .map((part) => String(store.get(`${blocksName}.${key}.${part}`) ?? "").trim())
      .filter(Boolean)
      .join(" ");
  const names = useStore(store, () => keys.map(nameOf).join("\n"), keys.map(() => "").join("\n")).split("\n");
  const faces = facesFor(
    keys.map((key) => [
      store.get(`${blocksName}.${key}.first_name`),
      store.get(`${blocksName}.${key}.last_name`),
    ]),
  );
  const titles = keys.map((_, index) => fill(texts.title, { n: index + 1 }));
  // A colour stays with its block: the one before does not pass it on when it goes.
  const colours = useRef({});
  for (const key of keys) {
    if (colours.current[key]) continue;
    const taken = new Set(keys.map((other) => colours.current[other]));
    let colour = firstColour;
    while (taken.has(colour) && colour < firstColour + PEOPLE_COLOURS) colour += 1;
    colours.current[key] = colour;
  }

  function add() {
    const key = store.newKey();
    focusOn.current = key;
    setRemoved(null);
    setSaid(fill(texts.added, { title: fill(texts.title, { n: keys.length + 1 }) }));
    store.setOrder(blocksName, [...keys, key]);
    form.keep();
  }

  function remove(key, index) {
    const prefix = `${blocksName}.${key}.`;
    const rest = keys.filter((other) => other !== key);
    const who = nameOf(key) || titles[index];
    focusOn.current = rest[Math.min(index, rest.length - 1)] ?? "";
    setRemoved({ index, values: store.take(prefix, { drop: true }), who });
    setSaid(fill(texts.removed, { who }));
    form.forgetErrors(prefix);
    store.setOrder(blocksName, rest);
    form.keep();
  }

  function putBack() {
    const key = store.newKey();
    const prefix = `${blocksName}.${key}.`;
    focusOn.current = key;
    store.setOrder(blocksName, keys.toSpliced(removed.index, 0, key));
    store.write(
      Object.fromEntries(Object.entries(removed.values).map(([name, value]) => [prefix + name, value])),
    );
    setSaid(fill(texts.back, { who: removed.who }));
    setRemoved(null);
    form.keep();
  }

  return (
    <div ref={boxRef} className="grid gap-5" data-blocks={blocksName}>
      {keys.map((key, index) => (
        <fieldset
          key={key}
          data-key={key}
          data-block={names[index] || titles[index]}
          className="card card-border min-w-0 border-base-300 bg-base-100"
        >
          <legend className="sr-only">
            {names[index] ? `${titles[index]}: ${names[index]}` : titles[index]}
          </legend>
          <div className="card-body gap-5 p-4 sm:p-6">
            <div className="flex min-h-11 items-center justify-between gap-3">
              <p className="flex min-w-0 items-center gap-3 text-lg font-bold" aria-hidden="true">
                <span className={`face person-${((colours.current[key] - 1) % PEOPLE_COLOURS) + 1}`}>
                  {faces[index] || index + 1}
                </span>
                <span className="min-w-0 wrap-anywhere">{names[index] || titles[index]}</span>
              </p>
              {keys.length > min && (
                <button
                  type="button"
                  className="btn btn-ghost px-2 text-error"
                  onClick={() => remove(key, index)}
                >
                  {texts.remove}
                  <span className="sr-only">
                    {`: ${titles[index]}${names[index] ? `, ${names[index]}` : ""}`}
                  </span>
                </button>
              )}
            </div>
            <PrefixContext.Provider value={`${blocksName}.${key}.`}>{children}</PrefixContext.Provider>
          </div>
        </fieldset>
      ))}
      <div className={removed ? REMOVED_LINE : "sr-only"}>
        <p role="status">{said}</p>
        {removed && (
          <button type="button" className="btn btn-ghost px-2 text-primary" onClick={putBack}>
            {texts.undo}
          </button>
        )}
      </div>
      {keys.length < max ? (
        <button
          type="button"
          data-add=""
          className="btn btn-outline btn-primary border-dashed"
          onClick={add}
        >
          <PlusIcon />
          {texts.add}
        </button>
      ) : (
        <p className="text-muted">{fill(texts.full, { n: max })}</p>
      )}
    </div>
  );
}
