// Asks who it is before something that lasts. Most people never see it, so the dialog itself is
// loaded when it first opens.
import { Suspense, lazy, useRef } from "react";

const ProveDialog = lazy(() => import("./prove-dialog.jsx"));

export function Prove(props) {
  const needed = useRef(false);
  needed.current ||= Boolean(props.asked);
  return needed.current ? (
    <Suspense fallback={null}>
      <ProveDialog {...props} />
    </Suspense>
  ) : null;
}
