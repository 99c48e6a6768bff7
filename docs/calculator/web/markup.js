// Markup from Python. A link runs code, and code may send anything: what is put into the
// page holds no element but those of tables, drawings and formulas. So nothing in it
// leads out of the page, or is run; and what a style asks for, the policy refuses.

const KEPT = new Set(
  `b bdi br button caption code col colgroup dd details div dl dt em p pre small span strong
  sub summary sup table tbody td tfoot th thead tr
  circle clippath defs desc ellipse g line marker path polygon polyline rect svg text title tspan
  math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace
  msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics`
    .trim()
    .split(/\s+/),
);

export const put = (place, markup) => {
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  for (const element of body.querySelectorAll("*")) {
    const name = element.localName.toLowerCase();
    const kept = KEPT.has(name) || (name === "style" && element.closest("svg"));
    if (!kept) element.remove();
  }
  place.replaceChildren(...body.childNodes);
};
