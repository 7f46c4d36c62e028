// How long something is still kept: seconds that go down beside the words that say until when.
// A screen reader hears of it twice, at two minutes and at the end, not every second.
import { useEffect, useRef, useState } from "react";

const NEAR_S = 120;
const GRACE_MS = 1000; // the server's clock decides, and it has to be over there too

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** `seconds` are left when `stamp` is set; `onOver` is called once they have gone by. */
export function Countdown({ seconds, stamp, left: words, near, over, onOver }) {
  const [left, setLeft] = useState(seconds);
  const [said, setSaid] = useState("");
  const tell = useRef(onOver);
  tell.current = onOver;
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    setSaid("");
    setLeft(seconds);
    let told = seconds <= NEAR_S;
    const tick = () => {
      const now = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(now);
      if (!told && now <= NEAR_S) {
        told = true;
        setSaid(near);
      }
      if (now > 0) return;
      clearInterval(ticking);
      setSaid(over);
      last = setTimeout(() => tell.current?.(), GRACE_MS);
    };
    let last;
    const ticking = setInterval(tick, 1000);
    return () => {
      clearInterval(ticking);
      clearTimeout(last);
    };
  }, [seconds, stamp]);
  return (
    <>
      <span className="font-bold whitespace-nowrap tabular-nums" aria-hidden="true">
        {words.replace("{time}", shown(left))}
      </span>
      <span className="sr-only" role="status">
        {said}
      </span>
    </>
  );
}
