// Fields: a label, its hint, the control and its error, tied together. Controls are uncontrolled:
// what a person types is theirs, whatever happens to the connection or to the server's state.
import { useContext, useState } from "react";
import { FieldError, Optional, classes, ids, useControl, useWords } from "./control.jsx";
import { FormContext, PrefixContext } from "./form.jsx";
import { CheckIcon, MailIcon } from "./icons.jsx";
import { useStore } from "./store.js";
import { fieldId } from "./summary.jsx";

/** One labelled control: a line of text, a list to choose from, or a box for more. */
export function Field({
  fieldName,
  label,
  namedLabel,
  type = "text",
  hint,
  namedHint,
  optional,
  initial,
  options,
  placeholder,
  rows,
  required,
  autoComplete,
  inputMode,
  maxLength,
  reveal,
  className,
  children,
}) {
  const { path, ref, id, error, errorId, hintId } = useControl(fieldName, initial);
  const [shown, setShown] = useState(false);
  const labelText = useWords(label, namedLabel);
  const hintText = useWords(hint, namedHint);
  const common = {
    ref,
    id,
    name: path,
    required: required || undefined,
    autoComplete: autoComplete || undefined,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": ids(hintText && hintId, error && errorId),
  };
  let control;
  if (options) {
    control = (
      <select {...common} className={classes("select", error && "select-error")} defaultValue={initial ?? ""}>
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    );
  } else if (rows) {
    control = (
      <textarea
        {...common}
        className={classes("textarea", error && "textarea-error")}
        rows={rows}
        maxLength={maxLength}
        defaultValue={initial ?? ""}
      />
    );
  } else {
    const secret = type === "password";
    control = (
      <input
        {...common}
        className={classes("input", error && "input-error")}
        type={secret && shown ? "text" : type}
        inputMode={inputMode || undefined}
        maxLength={maxLength}
        defaultValue={initial ?? ""}
        data-secret={secret ? "" : undefined}
        spellCheck={secret || type === "email" ? false : undefined}
        autoCapitalize={secret || type === "email" ? "none" : undefined}
      />
    );
  }
  return (
    <div className={className ?? "grid content-start gap-1.5"} data-field={path}>
      <label className="font-bold wrap-anywhere" htmlFor={id}>
        {labelText}
        <Optional text={optional} />
      </label>
      {hintText && (
        <p id={hintId} className="-mt-1 text-sm text-muted wrap-anywhere">
          {hintText}
        </p>
      )}
      {control}
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {reveal && (
        <label className="label min-h-11 gap-3 justify-self-start">
          <input
            className="checkbox"
            type="checkbox"
            checked={shown}
            onChange={(event) => setShown(event.target.checked)}
          />
          {reveal}
        </label>
      )}
      {children}
    </div>
  );
}

/** Day, month and year as three short fields of text: nothing jumps, nothing is corrected while typing. */
export function DateParts({ fieldName, label, hint, optional, initial, own, texts }) {
  const form = useContext(FormContext);
  const path = useContext(PrefixContext) + fieldName;
  const id = fieldId(form, path);
  const error = form.errors[path];
  const [year, month, day] = String(initial || "").split("-");
  const described = ids(hint && `${id}-hint`, error && `${id}-error`);
  const parts = [
    ["day", texts.day, day, "w-18"],
    ["month", texts.month, month, "w-18"],
    ["year", texts.year, year, "w-24"],
  ];
  return (
    <fieldset data-field={path}>
      <legend className="font-bold">
        {label}
        <Optional text={optional} />
      </legend>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      <div className="mt-1.5 flex gap-3">
        {parts.map(([part, words, start, width]) => (
          <DatePart
            key={part}
            name={`${fieldName}_${part}`}
            label={words}
            initial={initial ? String(Number(start)) : undefined}
            width={width}
            invalid={Boolean(error)}
            described={described}
            autoComplete={own ? `bday-${part}` : "off"}
          />
        ))}
      </div>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </fieldset>
  );
}

function DatePart({ name, label, initial, width, invalid, described, autoComplete }) {
  const { path, ref, id } = useControl(name, initial);
  return (
    <div className="grid gap-0.5">
      <label className="text-sm" htmlFor={id}>
        {label}
      </label>
      <input
        ref={ref}
        id={id}
        name={path}
        className={classes("input", width, invalid && "input-error")}
        type="text"
        inputMode="numeric"
        autoComplete={autoComplete}
        defaultValue={initial ?? ""}
        aria-invalid={invalid || undefined}
        aria-describedby={described}
      />
    </div>
  );
}

/** A button that puts a known value into a field, and the line that says what it means while it is there. */
export function CopyInto({ into, value, label, said, namedSaid }) {
  const form = useContext(FormContext);
  const path = useContext(PrefixContext) + into;
  const same = useStore(
    form.store,
    () => Boolean(value) && String(form.store.get(path) ?? "").trim().toLowerCase() === value.toLowerCase(),
    false,
  );
  const words = useWords(said, namedSaid);
  const copy = () => {
    form.store.write({ [path]: value });
    form.keep();
    form.forgetErrors(path);
    document.getElementById(fieldId(form, path))?.focus();
  };
  return (
    <>
      {!same && (
        <button
          type="button"
          className="btn btn-ghost justify-self-start px-2 text-primary"
          disabled={!value}
          onClick={copy}
        >
          <MailIcon />
          {label}
        </button>
      )}
      <p className={same ? "flex gap-2 text-sm text-muted" : "sr-only"} role="status">
        {same && <CheckIcon className="size-5 shrink-0 text-success" />}
        {same && <span>{words}</span>}
      </p>
    </>
  );
}
