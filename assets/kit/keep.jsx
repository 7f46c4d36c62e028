// Keep or drop, one question for each thing somebody may do; none is answered beforehand.
import { useContext } from "react";
import { FieldError, ids, useControl } from "./control.jsx";
import { FormContext, PrefixContext } from "./form.jsx";
import { CheckIcon, CrossIcon } from "./icons.jsx";
import { useStore } from "./store.js";
import { fieldId } from "./summary.jsx";

/** One permission: its official label, what it opens and what it does not, and the two answers. */
export function KeepDrop({ fieldName, label, opens, closed, keep, drop }) {
  const form = useContext(FormContext);
  const path = useContext(PrefixContext) + fieldName;
  const id = fieldId(form, path);
  const error = form.errors[path];
  const described = ids(`${id}-opens`, `${id}-closed`, error && `${id}-error`);
  return (
    <fieldset
      className="grid gap-3 p-4 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center sm:gap-6 sm:px-6"
      data-field={path}
      data-block={label}
    >
      <legend className="sr-only">{label}</legend>
      <div>
        <p className="text-lg font-bold leading-snug" aria-hidden="true">
          {label}
        </p>
        <p id={`${id}-opens`} className="mt-0.5">
          {opens}
        </p>
        <p id={`${id}-closed`} className="mt-0.5 text-sm text-muted">
          {closed}
        </p>
        {error && (
          <div className="mt-2">
            <FieldError id={`${id}-error`}>{error}</FieldError>
          </div>
        )}
      </div>
      <div className="keep-drop">
        <Answer fieldName={fieldName} value="keep" described={described} invalid={Boolean(error)}>
          <CheckIcon className="size-4 shrink-0" />
          {keep}
        </Answer>
        <Answer fieldName={fieldName} value="drop" described={described} invalid={Boolean(error)}>
          <CrossIcon className="size-4 shrink-0" />
          {drop}
        </Answer>
      </div>
    </fieldset>
  );
}

function Answer({ fieldName, value, described, invalid, children }) {
  const { path, ref, id } = useControl(fieldName);
  return (
    <label className={value}>
      <input
        ref={ref}
        id={`${id}-${value}`}
        className="sr-only"
        type="radio"
        name={path}
        value={value}
        aria-describedby={described}
        aria-invalid={invalid || undefined}
      />
      {children}
    </label>
  );
}

/** Two buttons that answer every question at once. */
export function KeepAll({ names, keepAll, dropAll }) {
  const { store } = useContext(FormContext);
  const answer = (value) => () =>
    store.write(Object.fromEntries(names.map((name) => [name, value])));
  return (
    <div className="flex gap-2">
      <button className="btn" type="button" onClick={answer("keep")}>
        {keepAll}
      </button>
      <button className="btn" type="button" onClick={answer("drop")}>
        {dropAll}
      </button>
    </div>
  );
}

/** How many questions are answered so far. */
export function KeepCount({ names, words }) {
  const { store } = useContext(FormContext);
  const done = useStore(store, () => names.filter((name) => store.get(name)).length, 0);
  return (
    <p className="text-sm" role="status">
      {words.replace("{done}", done).replace("{all}", names.length)}
    </p>
  );
}
