// The box above a form: what has to be fixed, in the order of the page, with a link to each.
import { AlertIcon } from "./icons.jsx";

/** The id of the control at a path: unique on the page, safe in CSS. */
export const fieldId = (form, path) => `${form.formName}-${path.replaceAll(".", "-")}`;

/** The place on the page that belongs to a path: a field, a group of them, or nothing. */
const fieldBox = (form, path) =>
  form.querySelector(`[data-field="${CSS.escape(path)}"]`) ??
  form.elements.namedItem(path)?.closest?.("[data-field]");

const firstControl = (box) =>
  box.querySelector("[aria-invalid] , input, select, textarea, button") ?? box;

/** Names of fields and their sentences, in the order of the page; those without a field first. */
export function inPageOrder(form, errors, store) {
  const found = Object.entries(errors)
    .filter(([path, text]) => path && text)
    .map(([path, text]) => {
      const key = store.toKey(path);
      const box = fieldBox(form, key);
      const legend = box?.closest("[data-block]")?.dataset.block;
      return { path: box?.dataset.field ?? key, text, box, legend };
    });
  return found.sort((a, b) => {
    if (!a.box || !b.box) return a.box ? 1 : b.box ? -1 : 0;
    return a.box.compareDocumentPosition(b.box) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  });
}

/** The same without what belonged to a block that is gone. */
export const withoutBlock = (summary, prefix) => {
  const list = summary.list.filter((item) => !item.path.startsWith(prefix));
  if (list.length === summary.list.length) return summary;
  return list.length || summary.text ? { ...summary, list } : null;
};

/** The box above the form: how many things to fix, that nothing is lost, a link to each. */
export function Summary({ summary, texts, formRef, summaryRef }) {
  if (!summary) return null;
  const { list, text, calm } = summary;
  const count = list.length;
  const heading = texts.counts[count - 1] ?? texts.many.replace("{n}", count);
  const go = (event, item) => {
    event.preventDefault();
    const box = fieldBox(formRef.current, item.path);
    if (!box) return;
    firstControl(box).focus();
    box.scrollIntoView({ block: "center" });
  };
  return (
    <div
      ref={summaryRef}
      className={`alert alert-soft mt-6 items-start border-2 ${calm ? "alert-warning border-warning" : "alert-error border-error"}`}
      role="alert"
      tabIndex={-1}
      data-focus-quiet=""
    >
      <AlertIcon className={`size-6 shrink-0 ${calm ? "text-warning" : "text-error"}`} />
      <div>
        {count > 0 && <h2 className="text-lg">{heading}</h2>}
        {text && <p className={count ? "" : "font-bold"}>{text}</p>}
        {count > 0 && <p>{texts.kept}</p>}
        {count > 0 && (
          <ul className="mt-1 list-disc ps-5">
            {list.map((item) => (
              <li key={`${item.path} ${item.text}`}>
                {item.box ? (
                  <a
                    className="link block w-fit py-2.5 font-bold"
                    href={`#${fieldId({ formName: formRef.current.id }, item.path)}`}
                    onClick={(event) => go(event, item)}
                  >
                    {item.legend ? `${item.legend}: ${item.text}` : item.text}
                  </a>
                ) : (
                  <span className="block py-2.5 font-bold">{item.text}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
