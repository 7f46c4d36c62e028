// The browser's own dialog, opened and closed by a value from the server. Its content exists only
// while it is open, so a form in it starts fresh each time.
import { useEffect, useId, useRef, useState } from "react";

/** The dialog fades in, and what cannot be seen yet cannot have the focus. */
const FRAMES = 20;

function focusWhenSeen(node, frames) {
  node.current?.focus();
  if (frames && node.current && document.activeElement !== node.current) {
    requestAnimationFrame(() => focusWhenSeen(node, frames - 1));
  }
}

export function Dialog({ open, onClose, heading, face, children }) {
  const box = useRef(null);
  const title = useRef(null);
  const [shown, setShown] = useState(false);
  const id = useId();

  useEffect(() => setShown(Boolean(open)), [open]);

  useEffect(() => {
    const dialog = box.current;
    if (shown && !dialog.open) {
      dialog.showModal();
      focusWhenSeen(title, FRAMES);
    } else if (!shown && dialog.open) {
      dialog.close(); // gives the focus back to where it was
      // The row it was opened from may be gone: then the page's heading is the place to go on from.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.querySelector("main h1")?.focus();
      });
    }
  }, [shown]);

  const leave = () => {
    setShown(false);
    onClose?.();
  };
  return (
    <dialog
      ref={box}
      className="modal modal-bottom sm:modal-middle"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      onClick={(event) => {
        if (event.target === box.current) leave();
      }}
    >
      {shown && (
        <div className="modal-box p-5 sm:p-7">
          <div className="flex items-center gap-4">
            {face}
            <h2 id={id} ref={title} className="min-w-0 text-xl wrap-anywhere" tabIndex={-1} data-focus-quiet="">
              {heading}
            </h2>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
