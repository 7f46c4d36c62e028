// The schedule: where each stretch of time stands, the keys that go through it, the day picker.
import { useEffect, useRef } from "react";

/** Something that takes some rows of a grid; the browser sets them, a page carries no styles. */
export function Placed({ element: Tag, fromRow, toRow, children, ...rest }) {
  return (
    <Tag style={{ gridRow: `${fromRow} / ${toRow}` }} {...rest}>
      {children}
    </Tag>
  );
}

/**
 * Arrow keys among the times of a schedule: up and down in one column, left and right to the time
 * beside it. Page Up, Page Down and T press what leads to the day before, after and today. Tab
 * stops once in each column.
 */
export function Diary({ className, children }) {
  const box = useRef(null);
  useEffect(() => {
    const stops = () => {
      for (const lane of lanes(box.current)) {
        const cells = cellsOf(lane);
        const stop = cells.find((cell) => cell === document.activeElement) ?? cells[0];
        for (const cell of cells) cell.tabIndex = cell === stop ? 0 : -1;
      }
    };
    stops();
    const watch = new MutationObserver(stops);
    watch.observe(box.current, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, []);

  function move(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const turn = TURNS[event.key];
    const to = turn
      ? box.current.querySelector(`[data-go="${turn}"]`)
      : beside(event.key, box.current, event.target);
    if (!to) return;
    event.preventDefault();
    to.focus();
    if (turn) to.click();
  }
  return (
    <div ref={box} className={className} onKeyDown={move}>
      {children}
    </div>
  );
}

const TURNS = { PageUp: "before", PageDown: "after", t: "today", T: "today" };

const lanes = (box) => [...box.querySelectorAll("[data-lane]")];
const cellsOf = (lane) => [...lane.querySelectorAll("[data-cell]")];

function beside(key, box, from) {
  const all = lanes(box);
  const here = from.closest("[data-lane]");
  if (!here || !from.matches("[data-cell]")) {
    return key === "ArrowDown" && from.matches("[data-go]") ? cellsOf(box)[0] : null;
  }
  const cells = cellsOf(here);
  const at = cells.indexOf(from);
  const next = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (next) {
    const others = cellsOf(all[all.indexOf(here) + next] ?? document.createElement("div"));
    const top = from.getBoundingClientRect().top;
    return others.toSorted((one, other) => distance(one, top) - distance(other, top))[0];
  }
  return { ArrowUp: cells[at - 1], ArrowDown: cells[at + 1], Home: cells[0], End: cells.at(-1) }[key];
}

const distance = (cell, top) => Math.abs(cell.getBoundingClientRect().top - top);

/** A day to go to: shows the one that is open, unless somebody is just typing another. */
export function DayPicker({ value, label, onPick }) {
  const field = useRef(null);
  useEffect(() => {
    if (document.activeElement !== field.current) field.current.value = value;
  }, [value]);
  const picked = (event) => {
    const on = event.target.value;
    // While a year is being typed it is one of the first century.
    if (on >= "2000" && on !== value) onPick(on);
  };
  return (
    <input
      ref={field}
      type="date"
      name="on"
      aria-label={label}
      defaultValue={value}
      onChange={picked}
      className="input w-auto"
    />
  );
}
