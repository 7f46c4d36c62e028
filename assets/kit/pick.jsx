// A radio or a check box that shows at once what was chosen, and follows what the server says.
import { useEffect, useRef } from "react";

export function Pick({ type, name, value, checked, onPick, className }) {
  const box = useRef(null);
  useEffect(() => {
    box.current.checked = Boolean(checked);
  }, [checked]);
  return (
    <input
      ref={box}
      type={type}
      name={name}
      value={value}
      className={className}
      defaultChecked={Boolean(checked)}
      onChange={(event) => onPick?.(event.target.checked)}
    />
  );
}
