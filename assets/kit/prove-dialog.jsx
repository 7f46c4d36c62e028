// The dialog that asks for the password again; it posts to a plain route, the page stays as it is.
import { Dialog } from "./dialog.jsx";
import { Field } from "./fields.jsx";
import { Form, Submit } from "./form.jsx";

export default function ProveDialog({ asked, action, texts, formTexts, onDone }) {
  return (
    <Dialog open={Boolean(asked)} onClose={() => onDone(false)} heading={texts.heading}>
      <p className="mt-3">{texts.why}</p>
      <Form
        formName="prove"
        action={action}
        texts={formTexts}
        className="mt-5 grid gap-6"
        onAnswer={() => onDone(true)}
      >
        <Field
          fieldName="password"
          label={texts.password}
          type="password"
          required
          autoComplete="current-password"
          reveal={texts.reveal}
        />
        {asked === "code" && (
          <Field
            fieldName="code"
            label={texts.code}
            hint={texts.codeHint}
            required
            inputMode="numeric"
            autoComplete="one-time-code"
          />
        )}
        <div className="modal-action flex-col-reverse gap-3 sm:flex-row">
          <button type="button" className="btn" onClick={() => onDone(false)}>
            {texts.cancel}
          </button>
          <Submit label={texts.submit} className="btn btn-primary" />
        </div>
      </Form>
    </Dialog>
  );
}
