"""The style and the script of a table in HTML.

Both hold for every table on a page, however often they stand in it: they know their
tables by a class, not by an id. Neither has a "<" or "&", which XML would not take.
"""

from __future__ import annotations

import re

__all__ = ["PAGE", "SCRIPT", "STYLE"]


def _packed(text: str) -> str:
    """Return *text* without its indentation and line ends."""
    return re.sub(r"\n\s*", "", text)


# The class stands twice, so that a notebook's own rules for tables give way.
PAGE = """\
<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"/><meta name="viewport" \
content="width=device-width, initial-scale=1"/><meta name="color-scheme" \
content="light dark"/><title>{title}</title></head><body>
<main><h1 style="position:absolute;clip-path:inset(50%);margin:0">{title}</h1>
{body}
</main></body></html>
"""

STYLE = _packed("""
.cnncalc{
    --own-ink:#1f2328;--own-back:#ffffff;
    --ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,var(--own-ink)));
    --back:var(--jp-layout-color0,var(--vscode-editor-background,var(--own-back)));
    --line:color-mix(in srgb,var(--ink) 22%,var(--back));
    --soft:color-mix(in srgb,var(--ink) 6%,var(--back));
    --bar:color-mix(in srgb,#2f81f7 38%,var(--back));
    color:var(--ink);background:var(--back);padding:.5em;
    font:13px/1.45 system-ui,sans-serif}
@media (prefers-color-scheme:dark){.cnncalc{
    --own-ink:#e6edf3;--own-back:#0d1117}}
.cnncalc .cnncalc-scroll{overflow-x:auto;max-width:100%}
.cnncalc.cnncalc table{border-collapse:collapse;margin:0;width:auto;
    table-layout:auto;color:inherit;background:none;border:0;font-size:inherit;
    font-variant-numeric:tabular-nums}
.cnncalc.cnncalc caption{caption-side:top;text-align:left;font-weight:600;
    padding:.2em .6em .5em;color:inherit;white-space:normal}
.cnncalc caption span{
    display:inline-block;position:sticky;left:.6em;max-width:calc(100vw - 4em)}
.cnncalc.cnncalc tr,.cnncalc.cnncalc tbody tr:nth-child(n){
    background:none;border:0;color:inherit}
.cnncalc.cnncalc tbody tr:hover{background:var(--soft)}
.cnncalc.cnncalc tr th,.cnncalc.cnncalc tr td{
    text-align:left;vertical-align:top;font-weight:400;padding:.2em .6em;border:0;
    border-bottom:1px solid var(--line);white-space:nowrap;max-width:none;
    color:inherit;unicode-bidi:isolate}
.cnncalc.cnncalc thead th{border-bottom:2px solid var(--line);font-weight:600}
.cnncalc.cnncalc tr .cnncalc-n{text-align:right}
.cnncalc.cnncalc tr .cnncalc-w{
    white-space:normal;min-width:min(16em,36vw);max-width:40em}
.cnncalc .cnncalc-title{font-weight:600;margin:.2em .6em;color:inherit}
.cnncalc.cnncalc td[style]{
    background:linear-gradient(var(--bar),var(--bar)) no-repeat left center/
    var(--share) 78%}
.cnncalc.cnncalc tbody tr.cnncalc-group:nth-child(n){background:var(--soft)}
.cnncalc.cnncalc tr.cnncalc-group th,.cnncalc.cnncalc tr.cnncalc-group td{
    font-weight:600}
.cnncalc.cnncalc tr[data-depth="1"] th{padding-left:1.8em}
.cnncalc.cnncalc tr[data-depth="2"] th{padding-left:3em}
.cnncalc.cnncalc tr[data-depth="3"] th{padding-left:4.2em}
.cnncalc.cnncalc tr[data-depth="4"] th{padding-left:5.4em}
.cnncalc.cnncalc tr[hidden]{display:none}
.cnncalc button{all:unset;cursor:pointer}
.cnncalc button:focus-visible{outline:2px solid #2f81f7;outline-offset:2px}
.cnncalc [aria-sort=ascending] button::after{content:" ▲"}
.cnncalc [aria-sort=descending] button::after{content:" ▼"}
.cnncalc [data-sum]::after{content:attr(data-sum)}
.cnncalc [aria-expanded]::before{content:"▾";display:inline-block;width:1em}
.cnncalc [aria-expanded=false]::before{content:"▸"}
.cnncalc dl{display:grid;grid-template-columns:auto minmax(0,max-content);
    justify-content:start;
    gap:.1em 1em;margin:.8em .6em .2em;font-variant-numeric:tabular-nums}
.cnncalc.cnncalc dt,.cnncalc.cnncalc dd{
    margin:0;padding:0;font-weight:400;float:none;width:auto;color:inherit}
.cnncalc.cnncalc dd{justify-self:end}
""")

# One listener for the page: it does not matter when, or how often, this runs.
# Rows are hidden by one walk: below a folded group, all that is deeper. Numbers may be
# larger than a double holds, and what is unknown comes after zero.
SCRIPT = _packed("""
(()=>{
if(window.cnncalcTables)return;
window.cnncalcTables=true;
const words=new Intl.Collator(undefined,{numeric:true});
const isGroup=row=>row.classList.contains('cnncalc-group');
const expanded=row=>row.querySelector('[aria-expanded]');
const depth=row=>Number(row.dataset.depth);
const show=body=>{
    let limit=Infinity;
    for(const row of body.rows){
        row.hidden=depth(row)>limit;
        if(!row.hidden)limit=isGroup(row)
            ?(expanded(row).ariaExpanded==='false'?depth(row):Infinity):Infinity;
    }
};
const fold=(button,all)=>{
    const row=button.closest('tr'),body=row.parentNode;
    const to=button.getAttribute('aria-expanded')==='true'?'false':'true';
    for(const other of all?body.querySelectorAll('.cnncalc-group'):[row])
        if(depth(other)===depth(row))expanded(other).setAttribute('aria-expanded',to);
    show(body);
};
const number=cell=>{
    const digits=(cell.dataset.value||cell.textContent).replace(/[^0-9-]/g,'');
    return digits?BigInt(digits):-1n;
};
const order=(a,b)=>a>b?1:b>a?-1:0;
const sort=head=>{
    const heads=[...head.parentNode.cells],place=heads.indexOf(head);
    const body=head.closest('table').tBodies[0];
    const numbers=['count','number','bytes','percent','change'];
    const counts=numbers.includes(head.dataset.unit);
    const turns=counts?['none','descending','ascending']
        :['none','ascending','descending'];
    const to=turns[(turns.indexOf(head.getAttribute('aria-sort'))+1)%3];
    heads.forEach(other=>other.setAttribute('aria-sort',other===head?to:'none'));
    const first=body.cnncalcRows=body.cnncalcRows||[...body.rows];
    if(to==='none'){body.append(...first);show(body);return;}
    const sign=to==='ascending'?1:-1;
    const key=row=>counts?number(row.cells[place]):row.cells[place].textContent;
    const compare=counts?order:words.compare;
    const keyed=first.filter(row=>!isGroup(row)).map(row=>[key(row),row]);
    keyed.sort((a,b)=>sign*compare(a[0],b[0]));
    const groups=first.filter(isGroup);
    body.append(...groups,...keyed.map(pair=>pair[1]));
    for(const row of body.rows)row.hidden=isGroup(row);
};
document.addEventListener('click',event=>{
    const target=event.composedPath()[0];
    const button=target.closest?target.closest('.cnncalc button'):null;
    if(!button)return;
    if(button.hasAttribute('aria-expanded'))fold(button,event.altKey);
    else if(button.closest('thead'))sort(button.closest('th'));
});
})();
""")
