// Half-filled forms of this tab. A draft carries its owner's marker; a draft of anybody else is
// thrown away the moment a different owner is known. Passwords never get here.
const PREFIX = "kindred-draft:";

const slot = (name, owner) => `${PREFIX}${owner}:${name}`;

/** Session storage can be switched off; then nothing is kept and everything else works. */
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** What was kept: values by path with blocks counted from 0, and how many blocks each group had. */
export function loadDraft(name, owner) {
  const kept = storage();
  if (!kept) return null;
  for (const key of Object.keys(kept)) {
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${owner}:`)) kept.removeItem(key);
  }
  try {
    const values = JSON.parse(kept.getItem(slot(name, owner)) ?? "null");
    return values && { values, blocks: countBlocks(values) };
  } catch {
    kept.removeItem(slot(name, owner));
    return null;
  }
}

/** Keep the values; a full or forbidden storage is no reason to stop anybody typing. */
export function saveDraft(name, owner, values) {
  try {
    storage()?.setItem(slot(name, owner), JSON.stringify(values));
  } catch {
    forgetDraft(name, owner);
  }
}

/** Drop one draft. */
export function forgetDraft(name, owner) {
  storage()?.removeItem(slot(name, owner));
}

/** Drop all that this tab keeps, the tab's own token included: what signing out does. */
export function forgetTab() {
  storage()?.clear();
}

function countBlocks(values) {
  const counts = {};
  for (const path of Object.keys(values)) {
    const match = /^([^.]+)\.(\d+)\./.exec(path);
    if (match) counts[match[1]] = Math.max(counts[match[1]] ?? 0, Number(match[2]) + 1);
  }
  return counts;
}
