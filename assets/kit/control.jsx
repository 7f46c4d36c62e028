// What every control of a form shares: its path and ids, its error, the store kept in step with it.
import { useContext, useEffect, useRef } from "react";
import { FormContext, PrefixContext } from "./form.jsx";
import { AlertIcon } from "./icons.jsx";
import { showValue, useStore, valueOf } from "./store.js";
import { fieldId } from "./summary.jsx";

/** Fill "{first_name}" from the same block or form; the plain text while that is empty. */
export function useWords(plain, template) {
  const { store } = useContext(FormContext);
  const prefix = useContext(PrefixContext);
  const words = useStore(store, () => {
    if (!template) return plain;
    let whole = true;
    const filled = template.replace(/\{(\w+)\}/g, (_, name) => {
      const value = String(store.get(prefix + name) ?? "").trim();
      whole &&= value !== "";
      return value;
    });
    return whole ? filled : plain;
  }, plain);
  return words;
}

/** Everything a control needs: its path, ids, error, and the store kept in step with it. */
export function useControl(name, initial) {
  const form = useContext(FormContext);
  const path = useContext(PrefixContext) + name;
  const ref = useRef(null);
  const epoch = useStore(form.store, form.store.epoch, 0);
  useEffect(() => {
    const node = ref.current;
    const { store } = form;
    if (node.dataset.secret !== undefined) return;
    if (store.isTouched(path)) {
      showValue(node, store.get(path));
      return;
    }
    if (initial !== undefined && initial !== null) showValue(node, initial);
    if (node.type !== "radio") store.seed(path, valueOf(node));
    else if (node.checked) store.seed(path, node.value);
  }, [epoch, path, initial, form.store]);
  const id = fieldId(form, path);
  const error = form.errors[path];
  return { form, path, ref, id, error, errorId: `${id}-error`, hintId: `${id}-hint` };
}

/** Class names, those that are there. */
export const classes = (...list) => list.filter(Boolean).join(" ");
/** Ids for aria-describedby, those that are there. */
export const ids = (...list) => list.filter(Boolean).join(" ") || undefined;

/** The sentence beside a field that has to be fixed. */
export function FieldError({ id, children }) {
  return (
    <p id={id} className="field-error">
      <AlertIcon />
      {children}
    </p>
  );
}

/** What stands behind the label of a field that may stay empty. */
export function Optional({ text }) {
  return text ? <span className="font-normal text-muted"> {text}</span> : null;
}
