"""The style sheet of all HTML reports: for light and dark settings, phones and print."""

STYLE = """
:root { color-scheme: light dark;
  --page: #f5f5f2; --card: #ffffff; --ink: #1d2126; --soft: #5d6670; --rule: #dfe1e0; --accent: #2457c5;
  --explore: #b3630b; --uniform: #6b7480; --good: #197a43; --bad: #b3261e; --key: #2fa65f; --bar: #e9ebee; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171a; --card: #1d2125; --ink: #e8eaec; --soft: #9aa4ae; --rule: #343a40; --accent: #7fa8ff;
  --explore: #f0a55a; --uniform: #a6afb8; --good: #6fd196; --bad: #ff8a80; --key: #46b673; --bar: #2b3036; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1020px; margin: 0 auto; padding: 28px 18px 40px; }
h1 { font-size: 1.35rem; margin: 0; overflow-wrap: anywhere; }
.facts { color: var(--soft); margin: 4px 0 20px; overflow-wrap: anywhere; }
.facts:has(+ .spent) { margin-bottom: 2px; }
header .spent { margin: 0 0 20px; }
.facts b { color: var(--ink); font-weight: 600; }
.warn { color: var(--bad); }
.num { font-variant-numeric: tabular-nums; }
table.contents { width: 100%; border-collapse: collapse; margin: 0 0 24px; font-size: .95rem; }
.contents th { text-align: left; white-space: nowrap; color: var(--soft); font-weight: 500; }
.contents th, .contents td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
.contents td:nth-child(2) { width: 52%; overflow-wrap: anywhere; }
.contents td:nth-child(3) { overflow-wrap: anywhere; min-width: 6em; }
.contents .short { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.contents td:last-child, .contents th:last-child { padding-right: 0; text-align: right; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 20px 22px 14px;
  margin: 0 0 22px; break-inside: avoid-page; }
.question { color: var(--soft); font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
.qn { display: inline-block; min-width: 1.5em; margin-right: .5em; padding: 0 .4em; border-radius: 6px;
  text-align: center; background: var(--bar); color: var(--ink); font-size: .9em; }
.answer { font-size: 1.5rem; font-weight: 650; line-height: 1.3; margin: 6px 0 10px; overflow-wrap: anywhere; }
.truth { margin: -4px 0 10px; color: var(--soft); }
.truth b { color: var(--good); }
.chip { font-size: .8rem; font-weight: 600; padding: 2px 9px; border-radius: 99px; vertical-align: middle; }
.chip.right { color: var(--good); border: 1px solid var(--good); }
.chip.wrong { color: var(--bad); border: 1px solid var(--bad); }
.options { list-style: none; margin: 0 0 14px; padding: 0; }
.option { display: grid; grid-template-columns: 1.6em minmax(8em, 2fr) 3fr 4em; gap: 0 10px; align-items: center;
  padding: 3px 0; color: var(--soft); }
.option.chosen { color: var(--ink); font-weight: 600; }
.option .num { text-align: right; white-space: nowrap; }
.option .text { overflow-wrap: anywhere; }
.tick { color: var(--good); }
.bar { height: 9px; border-radius: 5px; background: var(--bar); overflow: hidden; }
.bar i { display: block; height: 100%; border-radius: 5px; background: var(--uniform); }
.chosen .bar i { background: var(--accent); }
.curve { display: block; width: 100%; height: auto; margin: 4px 0 12px; }
.curve.phone { display: none; }
.curve text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
.curve .rank { fill: var(--ink); font-weight: 600; }
.curve .lead { fill: none; stroke: var(--soft); stroke-width: .8; opacity: .6; }
.curve .axis { stroke: var(--soft); stroke-width: 1; }
.curve .grid { stroke: var(--rule); stroke-width: 1; stroke-dasharray: 3 4; }
.curve .area { fill: var(--accent); opacity: .16; }
.curve .line { fill: none; stroke: var(--accent); stroke-width: 1.6; stroke-linejoin: round; }
.curve .key { fill: var(--key); opacity: .26; }
.curve .gap { fill: var(--soft); opacity: .2; }
.dot line { stroke: var(--accent); stroke-width: 1; opacity: .55; }
.dot circle { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
.dot.explore line { stroke: var(--explore); }
.dot.explore circle { fill: var(--card); stroke: var(--explore); stroke-width: 2; }
.dot.uniform line { stroke: var(--uniform); }
.dot.uniform circle { fill: var(--uniform); }
.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(168px, 1fr)); gap: 12px; margin: 0 0 10px; }
figure { position: relative; margin: 0; border-radius: 8px; overflow: hidden; background: var(--bar);
  max-width: 300px; }
figure.true { box-shadow: 0 0 0 3px var(--key); }
figure img { display: block; width: 100%; height: auto; }
.missing { aspect-ratio: 4 / 3; display: grid; place-items: center; color: var(--soft); }
.place { position: absolute; left: 7px; top: 7px; min-width: 1.7em; padding: 0 .4em; border-radius: 6px;
  text-align: center; font-size: .85rem; font-weight: 600; color: #fff; background: rgba(15, 18, 22, .72); }
figcaption { display: flex; flex-wrap: wrap; gap: 0 10px; align-items: baseline; padding: 5px 9px 6px;
  font-size: .9rem; }
figcaption .num { color: var(--soft); }
.by { margin-left: auto; font-size: .82rem; color: var(--accent); }
.explore .by { color: var(--explore); }
.uniform .by { color: var(--uniform); }
.spent { color: var(--soft); font-size: .82rem; margin: 6px 0 0; }
footer { color: var(--soft); font-size: .88rem; }
footer p { margin: 0 0 6px; }
footer span { display: inline-flex; align-items: center; margin-right: 18px; }
.mark { width: 11px; height: 11px; border-radius: 50%; margin-right: 7px; background: var(--accent); }
.mark.explore { background: transparent; border: 2px solid var(--explore); }
.mark.uniform { background: var(--uniform); }
.mark.key { border-radius: 2px; background: var(--key); opacity: .5; }
@media (max-width: 560px) { .option { grid-template-columns: 1.6em 1fr 4em; } .option .bar { display: none; }
  .curve.wide { display: none; } .curve.phone { display: block; }
  .contents th, .contents td { padding-right: 7px; } .contents td:nth-child(3) { min-width: 4.5em; }
  .card { padding: 16px 14px 12px; } .answer { font-size: 1.25rem; } }
"""
