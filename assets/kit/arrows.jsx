// Arrow keys among the times of a week: left and right through all, up and down from day to day,
// Home and End to the ends. Tab stops once a day, so that hundreds of times are no hurdle on the
// way to the button below them.
import { useEffect, useRef } from "react";

export function Arrows({ className, children }) {
  const box = useRef(null);
  useEffect(() => {
    const stops = () => {
      for (const day of box.current.querySelectorAll("section")) {
        const times = [...day.querySelectorAll("button")];
        const stop =
          times.find((time) => time === document.activeElement) ??
          times.find((time) => time.getAttribute("aria-pressed") === "true") ??
          times[0];
        for (const time of times) time.tabIndex = time === stop ? 0 : -1;
      }
    };
    stops();
    const watch = new MutationObserver(stops);
    watch.observe(box.current, { childList: true, subtree: true, attributeFilter: ["aria-pressed"] });
    return () => watch.disconnect();
  }, []);

  function move(event) {
    const from = event.target.closest("button");
    if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...event.currentTarget.querySelectorAll("section button")];
    const to = target(event.key, all, all.indexOf(from), from);
    if (!to) return;
    event.preventDefault();
    to.focus();
  }
  return (
    <div ref={box} className={className} onKeyDown={move}>
      {children}
    </div>
  );
}

function target(key, all, index, from) {
  const days = [...new Set(all.map((button) => button.closest("section")))];
  const day = days.indexOf(from.closest("section"));
  const place = all.filter((button) => button.closest("section") === days[day]).indexOf(from);
  const inDay = (number) => {
    const buttons = all.filter((button) => days[number] && button.closest("section") === days[number]);
    return buttons[Math.min(place, buttons.length - 1)];
  };
  switch (key) {
    case "ArrowRight":
      return all[index + 1];
    case "ArrowLeft":
      return all[index - 1];
    case "ArrowDown":
      return inDay(day + 1);
    case "ArrowUp":
      return inDay(day - 1);
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default:
      return null;
  }
}
