// Initials for names being typed: the same rule as portal/family/initials.py, which names people for good.

/** The letters and figures of a name, each with the marks that stand on it. */
const letters = (name) =>
  String(name ?? "")
    .normalize("NFC")
    .match(/(?!\p{Lm})[\p{L}\p{N}](?:\p{M}|[\u200c\u200d](?=[\p{L}\p{M}]))*/gu) ?? [];

/** A capital, except where one letter would become two. */
const capital = (letter) => {
  const big = letter.toUpperCase();
  return big.length === letter.length ? big : letter;
};

/** Initials of people shown together, given as [first, last]: two letters of the first name where they clash. */
export function facesFor(people) {
  const names = people.map(([first]) => letters(first));
  const plain = people.map(([, last], index) =>
    [names[index][0], letters(last)[0]].filter(Boolean).map(capital).join(""),
  );
  return plain.map((face, index) => {
    const own = names[index];
    const others = names.filter((_, other) => other !== index && plain[other] === face);
    if (!face || !others.length || own.length < 2) return face;
    const differs = (letter, place) =>
      place > 0 && others.every((name) => capital(name[place] ?? "") !== capital(letter));
    return capital(own[0]) + capital(own.find(differs) ?? own[1]);
  });
}
