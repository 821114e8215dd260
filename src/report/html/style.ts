/** The page's style sheet: light, dark by the reader's wish, and paper. No outside fonts or images. */
import { html } from '../../text/html.js';

export const STYLE = html`
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--accent:#0b57d0;
--tint:#e8f0fe;--warm:#b35900;--hot:#b3261e;--ok:#1a7f37}
@media (prefers-color-scheme:dark){:root{--bg:#0e1116;--card:#161b22;--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;
--accent:#8ab4f8;--tint:#1c2b45;--warm:#f0a04b;--hot:#ff8a80;--ok:#56d364}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
main,header,footer{max-width:70rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:0 0 .75rem}
p{margin:.5rem 0;max-width:48rem}
a{color:var(--accent)}
.sub,caption,.none,.note{color:var(--soft)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin:1rem 0;list-style:none}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.25rem;margin:1rem 0}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem;margin:1.25rem 0;padding:0}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.75rem 1rem}
.tiles dt{color:var(--soft);font-size:.85rem}
.tiles dd{margin:0;font-size:1.45rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.3}
.tiles small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:0 0 .5rem;font-size:.85rem}
th,td{padding:.3rem .6rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:middle}
thead th{font-weight:600;border-bottom:2px solid var(--line);white-space:nowrap}
tbody th{font-weight:400;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.85em;min-width:9rem}
.n{text-align:right;white-space:nowrap}
td:has(.bar){width:20%;min-width:6rem}
.bar{display:block;width:100%;height:.7rem;border-radius:3px;background:var(--tint)}
.bar rect{fill:var(--accent)}
.bar.warm rect{fill:var(--warm)}.bar.hot rect{fill:var(--hot)}
.good{color:var(--ok);font-weight:600}.bad{color:var(--hot);font-weight:600}
figure{margin:1rem 0}
figure img{max-width:none;border:1px solid var(--line);border-radius:6px}
figcaption{color:var(--soft);font-size:.9rem;max-width:48rem;margin-bottom:.4rem}
.graph{max-height:80vh;overflow:auto;border:1px solid var(--line);border-radius:6px;padding:.5rem}
.graph[hidden]{display:none}
.tools{display:none;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0;font-size:.9rem}
.live .tools{display:flex}
.tools input,.tools select{width:auto;max-width:12rem;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--soft);border-radius:6px;padding:.2rem .4rem}
.tools button{font:inherit;color:inherit;background:var(--tint);border:1px solid var(--soft);border-radius:6px;padding:.2rem .6rem;margin:0;cursor:pointer}
.tools button[aria-pressed=true]{background:var(--accent);color:var(--bg)}
.sort{font:inherit;color:inherit;background:none;border:0;padding:0;margin:0;text-align:inherit}
.live .sort{cursor:pointer}.live .sort:hover{text-decoration:underline}
th[aria-sort=ascending] .sort::after{content:" ▲"}th[aria-sort=descending] .sort::after{content:" ▼"}
tbody a{color:inherit;text-decoration-color:var(--line)}tr:has(:target){background:var(--tint)}
.chart{max-width:100%;height:auto}
.chart text,.graph text{fill:var(--ink);font:12px system-ui,Helvetica,Arial,sans-serif}
.chart .soft,.graph .soft{fill:var(--soft);font-size:11px}
.chart .axis{stroke:var(--soft);fill:none}.chart .grid{stroke:var(--line)}
.chart .roof{stroke:var(--soft);stroke-width:2;fill:none;stroke-dasharray:5 4}
.chart .used{stroke:var(--accent);stroke-width:2;fill:none}.chart .dot{fill:var(--hot)}
.graph .node rect{fill:var(--card);stroke:var(--line)}.graph .node .fill{fill:var(--tint);stroke:none}
.graph .node.hot rect.frame{stroke:var(--hot);stroke-width:2}.graph .node.found rect.frame,.graph .node:target rect.frame{stroke:var(--accent);stroke-width:3}
.graph a:focus-visible{outline:none}.graph a:focus-visible rect.frame{stroke:var(--accent);stroke-width:4}
.graph .frame{fill:none!important}
.graph .edge{fill:none;stroke:var(--soft)}.graph marker path{fill:var(--soft)}
details{margin-top:.75rem}summary{cursor:pointer;color:var(--accent)}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
footer{color:var(--soft);font-size:.85rem;padding-bottom:2rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:52rem){.tiles{grid-template-columns:repeat(2,1fr)}}
@media print{
:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#0b57d0;--tint:#e3e8ef}
body{font-size:10pt}nav,.live .tools{display:none}
section,.tiles div{border:none;padding:0;border-radius:0}
section{margin:1.2rem 0}h2{break-after:avoid}tr,figure{break-inside:avoid}
.graph{max-height:none;overflow:visible;border:none}.graph svg{max-width:100%;max-height:24cm;height:auto}
figure img{max-width:100%}
details>*{display:block}details::details-content{content-visibility:visible;display:block}
}
`;
