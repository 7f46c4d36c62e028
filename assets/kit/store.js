// What one form holds while it is open: values by path, the order of repeated blocks, and who
// listens. A path is the control's name, with the block's key inside it: "family.3.email".
// Keys never change while a block lives, so neither names, labels nor focus move when another
// block goes; only what is sent and kept counts blocks from 0.
import { useSyncExternalStore } from "react";

const read = (node) => (node.type === "checkbox" ? node.checked : node.value);

/** The value a control stands for: true or false for a check box, text for all others. */
export const valueOf = read;

/** Put a value into a control without taking the focus or the caret from it. */
export function showValue(node, value) {
  if (node.type === "checkbox") node.checked = value === true;
  else if (node.type === "radio") node.checked = node.value === value;
  else if (node.value !== (value ?? "")) node.value = value ?? "";
}

/** Make the store of one form. */
export function createStore() {
  const values = {};
  const orders = {};
  const touched = new Set();
  const listeners = new Set();
  let epoch = 0;
  let nextKey = 100;
  const tell = () => listeners.forEach((listener) => listener());

  const store = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: (path) => values[path],
    isTouched: (path) => touched.has(path),
    order: (name) => orders[name],
    epoch: () => epoch,
    newKey: () => String(nextKey++),
    /** What a control shows before anyone has typed in it. */
    seed(path, value) {
      if (values[path] === value) return;
      values[path] = value;
      tell();
    },
    /** What the person typed or chose. */
    put(path, value) {
      touched.add(path);
      values[path] = value;
      tell();
    },
    /** Set values from code: controls on the page take them over. */
    write(entries) {
      for (const [path, value] of Object.entries(entries)) {
        touched.add(path);
        values[path] = value;
      }
      epoch += 1;
      tell();
    },
    setOrder(name, keys) {
      orders[name] = keys;
      tell();
    },
    /** Values of one block by bare name; dropped from the store when asked. */
    take(prefix, { drop = false } = {}) {
      const found = {};
      for (const path of Object.keys(values)) {
        if (!path.startsWith(prefix)) continue;
        found[path.slice(prefix.length)] = values[path];
        if (drop) {
          delete values[path];
          touched.delete(path);
        }
      }
      return found;
    },
    /** Forget everything typed; controls go back to what they showed first. */
    clear() {
      for (const path of Object.keys(values)) delete values[path];
      for (const name of Object.keys(orders)) delete orders[name];
      touched.clear();
      epoch += 1;
      tell();
    },
    /** Take a draft over, except where the person has been typing already. Says whether anything came back. */
    restore({ values: kept, blocks }) {
      const typed = [...touched];
      for (const name of Object.keys(blocks)) {
        if (typed.some((path) => path.startsWith(name + "."))) delete blocks[name];
        else orders[name] = Array.from({ length: blocks[name] }, (_, index) => String(index));
      }
      const fresh = Object.entries(kept).filter(([path]) => {
        const [head, ...inside] = path.split(".");
        return inside.length ? head in blocks : !touched.has(path);
      });
      store.write(Object.fromEntries(fresh));
      return fresh.some(([, value]) => value !== "" && value !== false);
    },
    /** All values with blocks counted from 0: what a draft keeps. */
    numbered() {
      const flat = {};
      for (const [path, value] of Object.entries(values)) {
        const known = store.toIndex(path);
        if (known !== null) flat[known] = value;
      }
      return flat;
    },
    /** "family.103.email" as "family.1.email"; null when that block is gone. */
    toIndex(path) {
      for (const [name, keys] of Object.entries(orders)) {
        if (!path.startsWith(name + ".")) continue;
        const [key, ...rest] = path.slice(name.length + 1).split(".");
        const index = keys.indexOf(key);
        return index < 0 ? null : [name, index, ...rest].join(".");
      }
      return path;
    },
    /** "family.1.email" as "family.103.email", the name the control has on this page. */
    toKey(path) {
      for (const [name, keys] of Object.entries(orders)) {
        if (!path.startsWith(name + ".")) continue;
        const [index, ...rest] = path.slice(name.length + 1).split(".");
        return [name, keys[Number(index)] ?? index, ...rest].join(".");
      }
      return path;
    },
  };
  return store;
}

/** Read something from a store and render again when it changes. `pick` must answer with a plain value or a kept object. */
export function useStore(store, pick, before = undefined) {
  return useSyncExternalStore(store.subscribe, () => pick(store), () => before);
}

/** Everything a form would send: nested, check boxes as true or false, blocks as lists. */
export function collect(form, store) {
  const data = {};
  for (const box of form.querySelectorAll("[data-blocks]")) data[box.dataset.blocks] = [];
  for (const node of form.elements) {
    if (!node.name || node.disabled || node.matches("button, fieldset, output")) continue;
    const path = store.toIndex(node.name);
    if (path === null) continue;
    if (node.type === "radio") {
      if (node.checked) place(data, path, node.value);
      else place(data, path, "", true);
    } else place(data, path, read(node));
  }
  return data;
}

function place(data, path, value, onlyIfMissing = false) {
  const parts = path.split(".");
  const last = parts.pop();
  let spot = data;
  for (const part of parts) spot = spot[part] ??= {};
  if (!(onlyIfMissing && last in spot)) spot[last] = value;
}
