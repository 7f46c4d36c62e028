// Arrow keys among the times of a week: left and right through all, up and down from day to day,
// Home and End to the ends. Every button stays in the tab order.
export function Arrows({ className, children }) {
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
    <div className={className} onKeyDown={move}>
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
