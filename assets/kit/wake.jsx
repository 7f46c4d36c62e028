// A tab that was hidden, asleep or away reads its page again when it is back. A new connection is
// none of its business: Reflex loads the page anew with each.
import { useEffect, useRef } from "react";

const LONG_MS = 2000; // shorter looks elsewhere miss nothing that a push would not have brought
const TICK_MS = 5000;
const ASLEEP_MS = 20000; // the clock went on and this page did not

export function Wake({ onWake }) {
  const wake = useRef(onWake);
  wake.current = onWake;
  useEffect(() => {
    let hiddenAt = document.visibilityState === "hidden" ? Date.now() : null;
    let tickAt = Date.now();
    const seen = () => {
      if (document.visibilityState === "hidden") {
        hiddenAt ??= Date.now();
        return;
      }
      if (hiddenAt !== null && Date.now() - hiddenAt > LONG_MS) wake.current();
      hiddenAt = null;
    };
    const tick = () => {
      const slept = Date.now() - tickAt > ASLEEP_MS;
      tickAt = Date.now();
      if (slept && document.visibilityState === "visible") wake.current();
    };
    const online = () => wake.current();
    const shown = (event) => {
      // Taken out of the browser's back/forward cache, without its connection: Reflex makes a new
      // one when it hears that the page is visible, which not every browser says here.
      if (event.persisted) document.dispatchEvent(new Event("visibilitychange"));
    };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", online);
    window.addEventListener("pageshow", shown);
    const ticking = setInterval(tick, TICK_MS);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", online);
      window.removeEventListener("pageshow", shown);
      clearInterval(ticking);
    };
  }, []);
  return null;
}
