// Writes what was chosen into the address of the open page, so that a reload or the way back finds
// it again. No page is left or opened, so focus and what is typed stay where they are.
import { useEffect } from "react";

export function Address({ address }) {
  useEffect(() => {
    const { pathname, search } = window.location;
    const own = address && address.split("?")[0] === pathname.replace(/\/+$/, "");
    if (own && address !== pathname.replace(/\/+$/, "") + search) {
      window.history.replaceState(window.history.state, "", address);
    }
  }, [address]);
  return null;
}
