// Things to tick or choose from, and parts that come and go with what was chosen.
import { createContext, useContext } from "react";
import { FieldError, classes, ids, useControl } from "./control.jsx";
import { FormContext, PrefixContext } from "./form.jsx";
import { useStore } from "./store.js";
import { fieldId } from "./summary.jsx";

/** The name and first choice of the group of radios we are in. */
const GroupContext = createContext(null);

/** A box to tick: the whole row is its label. */
export function Checkbox({ fieldName, label, hint, initial, plain }) {
  const { path, ref, id, error, errorId, hintId } = useControl(fieldName, initial);
  const row = plain
    ? "label min-h-11 gap-3 justify-self-start"
    : "label items-start gap-3 rounded-field bg-base-200 p-4";
  return (
    <div className="grid gap-2" data-field={path}>
      <label className={row}>
        <input
          ref={ref}
          id={id}
          name={path}
          className={classes("checkbox", !plain && "mt-0.5")}
          type="checkbox"
          defaultChecked={initial === true}
          aria-invalid={error ? true : undefined}
          aria-describedby={ids(hint && hintId, error && errorId)}
        />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={hintId} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && <FieldError id={errorId}>{error}</FieldError>}
    </div>
  );
}

/** A question with a few answers. */
export function Choices({ fieldName, legend, hint, initial, wrap, big, children }) {
  const form = useContext(FormContext);
  const path = useContext(PrefixContext) + fieldName;
  const id = fieldId(form, path);
  const error = form.errors[path];
  return (
    <fieldset
      className="fieldset gap-3"
      data-field={path}
      aria-describedby={ids(hint && `${id}-hint`, error && `${id}-error`)}
    >
      <legend className={big ? "fieldset-legend mb-2" : "font-bold mb-1"}>{legend}</legend>
      {hint && (
        <p id={`${id}-hint`} className="-mt-2 text-sm text-muted">
          {hint}
        </p>
      )}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      <GroupContext.Provider value={{ fieldName, initial, invalid: Boolean(error) }}>
        <div className={wrap ? "choice-wrap" : "grid gap-3"}>{children}</div>
      </GroupContext.Provider>
    </fieldset>
  );
}

/** One answer: a whole row as one radio; children (a face) stand before the words. */
export function Choice({ value, label, detail, children }) {
  const { fieldName, initial, invalid } = useContext(GroupContext);
  const { path, ref, id } = useControl(fieldName, initial);
  return (
    <label className="choice">
      <input
        ref={ref}
        id={`${id}-${value}`}
        className="radio"
        type="radio"
        name={path}
        value={value}
        defaultChecked={initial === value}
        aria-invalid={invalid || undefined}
      />
      {children}
      <span>
        <span className={detail ? "block font-bold leading-snug" : "block"}>{label}</span>
        {detail && <span className="block text-sm">{detail}</span>}
      </span>
    </label>
  );
}

/** A part that is only there while a control of the same form or block has a value. What was typed in it comes back with it. */
export function When({ fieldName, value, children }) {
  const { store } = useContext(FormContext);
  const path = useContext(PrefixContext) + fieldName;
  const open = useStore(store, () => store.get(path) === value, false);
  return open ? children : null;
}
