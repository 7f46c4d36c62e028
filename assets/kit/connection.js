// What a lost connection takes with it: something that was sent and never answered is sent again
// as soon as the portal answers on a new connection. The portal does each thing once.
import { useRef } from "react";

/** After this long the button says so itself, and the person decides. */
const GIVE_UP_MS = 15000;

// Not in the components that sent it: a portal that has forgotten this tab takes them away at first.
const unanswered = new Set();
let away = false;

const here = () => window.location.pathname + window.location.search;

/** Called by the offline line; what is sent without a connection waits for the next one by itself. */
export function noteConnection(isAway) {
  away = isAway;
}

/** Called by the offline line when the portal has answered on a new connection. */
export function sendAgain() {
  const young = performance.now() - GIVE_UP_MS;
  for (const one of [...unanswered]) {
    if (one.at > young && one.from === here()) one.what();
    else unanswered.delete(one);
  }
}

/** Return `{ send, answered }`: what goes through `send` is sent again until `answered` is called. */
export function useSending() {
  const last = useRef(null);
  return useRef({
    send(what) {
      unanswered.delete(last.current);
      last.current = { what, at: performance.now(), from: here() };
      if (!away) unanswered.add(last.current);
      what();
    },
    answered() {
      unanswered.delete(last.current);
    },
  }).current;
}
