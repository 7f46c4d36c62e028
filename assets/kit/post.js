// One JSON question to a plain route, for parts that are no form.

/** Post and return `{ ok, answer, text }`; `text` says what went wrong, in the server's words or ours. */
export async function post(path, data, texts) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(data),
      signal: AbortSignal.timeout(30000),
    });
  } catch {
    return { ok: false, answer: {}, text: texts.offline };
  }
  const answer = await response.json().catch(() => ({}));
  const text = Object.values(answer.errors ?? {})[0] || answer.message || texts.failed;
  return { ok: response.ok, answer, text };
}
